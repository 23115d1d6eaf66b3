# zoneadm clone and install --sysidcfg: the answers to the first boot's questions are checked before
# anything is done, and kept in the zone for root only.
# fs: ext4 xfs btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/install.bash"
source=$S/system
make_system "$source"
make_zone_a
answers=$S/answers
cat >"$answers" <<'END'
# of a clone
network_interface=PRIMARY {hostname=web}
root_password=$6$salt$0123456789012345678901234567890123456789
END
chmod 644 "$answers"

# kept ROOT: the answers are there, and nobody but root can read them.
kept() {
	cmp "$answers" "$1/etc/sysidcfg" || fail 'other answers'
	is "$(stat -c '%a %U %F' "$1/etc/sysidcfg")" '600 root regular file'
}

# Wrong: nothing is done, and every line that is wrong is named, but no password.
printf 'timezon=UTC\n\nroot_password=hunter2\n' >"$S/wrong"
install_refused "$S/wrong: line 1: \"timezon\" is no keyword: did you mean timezone?" \
	-m directory --sysidcfg "$S/wrong" "$source"
erred "$S/wrong: line 3: root_password must be a hash of crypt(5)"
! grep -q hunter2 "$work/err" || fail 'the password is shown'
install_refused "$S/missing: No such file" -m directory --sysidcfg "$S/missing" "$source"
zoneadm_rc 2 -z a install -m directory --sysidcfg "$answers" --keep-identity "$source"
erred '--keep-identity makes no sense'
zoneadm_rc 2 -z a install -m archive --sysidcfg - -
erred 'cannot both be standard input'

# Of an installation; the system has some of its own, for all to read, and a link.
echo 'timezone=UTC' >"$source/etc/answers"
ln -s /etc/answers "$source/etc/sysidcfg"
zoneadm_rc 0 -z a install -m directory --sysidcfg "$answers" "$source"
installed
kept "$place/a/root"
is "$(cat "$place/a/root/etc/answers")" 'timezone=UTC'

# Of a clone, from standard input; what the source's answers are is not its business.
zonecfg -z b "create; set zonepath=$place/b"
zoneadm_rc 1 -z b clone --sysidcfg "$S/wrong" a
absent "$place/b"
zoneadm_rc 2 -z b clone --sysidcfg "$answers" --keep-identity a
sed -i s/web/other/ "$answers"
"$ZONEADM" -z b clone --sysidcfg - a <"$answers" >"$work/out" 2>"$work/err" ||
	fail "$(cat "$work/err")"
kept "$place/b/root"
grep -q 'hostname=web' "$place/a/root/etc/sysidcfg" || fail 'the source has changed'
is "$(cat "$place/b/root/etc/machine-id")" uninitialized
