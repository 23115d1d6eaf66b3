# zoneadm clone: what the users of a zone make in it is no reason that it cannot be cloned: names
# that would be in the way of new files, logs in any depth, where service users may write.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
mkdir -m 755 "$S/zones"
install_zone src "$S/zones/src"
root=$S/zones/src/root
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
mkdir "$root/etc/.zoneadm-new"
deep=var/log/app$(printf '/d%.0s' {1..1000})
mkdir -p "$root/$deep"
echo line >"$root/$deep/log"

zonecfg_rc 0 -z b "create; set zonepath=$S/zones/b"
zoneadm_rc 0 -z b clone src
root=$S/zones/b/root
is "$(cat "$root/etc/machine-id")" uninitialized
is "$(ls -A "$root/etc/.zoneadm-new")" ''
[ -e "$root/$deep/log" ] && [ ! -s "$root/$deep/log" ] || fail 'a log in the depth is not emptied'
