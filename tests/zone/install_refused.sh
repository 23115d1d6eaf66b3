# zoneadm install: what it refuses, before anything is touched.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/install.bash"
make_system "$S/system"
make_zone_a
from="-m directory $S/system"

# ---- the command line, before anything else ----

for arguments in x '-m' '-m bogus' '-m directory' '-m archive' "$from x" '-m packages x' '-x' \
	"-x dataset $from" "--bogus $from" "$from --keep-identity" "--root-password x $from"; do
	before=$(stored; untouched)
	# shellcheck disable=SC2086 # several
	zoneadm_rc 2 -z a install $arguments
	erred 'usage:'
	[ ! -s "$work/out" ] || fail "refused, and yet it printed: $(cat "$work/out")"
	is "$(stored; untouched)" "$before"
done
zoneadm_rc 2 -z a install -m bogus
erred 'the methods of -m are packages, directory and archive'
set_state a installed
zoneadm_rc 2 -z a install -m bogus

# ---- the state ----

# shellcheck disable=SC2086 # several words
for state in installed incomplete; do
	set_state a $state
	before=$(stored; untouched)
	zoneadm_rc 1 -z a install $from
	erred "zone a is $state, so it cannot be installed"
	is "$(stored; untouched)" "$before"
done
set_state a configured
sed -i 's/^\(a:.*:\)[^:]*$/\1/' /etc/zones/index

# ---- the configuration, as zoneadm verify checks it ----

# shellcheck disable=SC2086 # several words
refused() {
	install_refused "$1" $from
	erred "zone 'a' failed to verify"
	absent "$log"
}
zonecfg -z a 'add fs; set dir=/data; set special=/nowhere; set type=lofs; end'
refused '/nowhere'
zonecfg -z a 'remove -F fs'
zonecfg -z a 'add fs; set dir=/data; set special=/nowhere/disk; set type=ext4; end'
refused '/nowhere/disk'
zonecfg -z a 'remove -F fs'

# ---- the zonepath ----

chmod 775 "$place"
refused 'has mode 0775'
chmod 755 "$place"
mkdir -m 700 "$place/a"
echo mine >"$place/a/file"
before=$(stored; untouched)
# shellcheck disable=SC2086 # several words
zoneadm_rc 1 -z a install $from
is "$(stored; untouched)" "$before"
rm "$place/a/file"
# An empty one is taken.
# shellcheck disable=SC2086 # several words
zoneadm -z a install $from
installed
uninstall

# ---- the log ----

rm -r /var/log/zones
# A link in its place is not followed, whoever made it.
echo precious >"$S/precious"
ln -s "$S" /var/log/zones
# shellcheck disable=SC2086 # several words
install_refused '/var/log/zones: it must be a directory' $from
rm /var/log/zones
mkdir -m 777 /var/log/zones
chmod 777 /var/log/zones
# shellcheck disable=SC2086 # several words
install_refused 'writable by others' $from
chmod 700 /var/log/zones
ln -s "$S/precious" "$log"
# shellcheck disable=SC2086 # several words
zoneadm -z a install $from
installed
is "$(cat "$S/precious")" precious
[ -f "$log" ] && [ ! -L "$log" ] || fail 'the log is a link'
first=$(inode "$log")
uninstall
# It is made anew each time.
# shellcheck disable=SC2086 # several words
zoneadm -z a install $from
is "$(grep -c 'Preparing' "$log")" 1
[ "$(inode "$log")" != "$first" ] || is "$(stat -c %h "$log")" 1
zonecfg -z b "create; set zonepath=$place/b"
zoneadm_rc 1 -z nobody install
erred 'nobody: No such zone configured'
zoneadm_rc 1 install
erred 'which zone?'
