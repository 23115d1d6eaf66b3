# zonename, and zoneadm inside a zone: what the host says in /run/host/zonetool.
# fs: tmpfs
. "$tests/zone/lib.sh"

zonename_rc 0
is "$(cat "$work/out")" global
zonename_rc 0 -t
is "$(cat "$work/out")" shared
zonename_rc 0 --help
prints '^usage:'
zonename_rc 0 --version
prints '^zonename [0-9]+\.[0-9]+\.[0-9]+$'
zonename_rc 2 -x
says '^usage:'
zonename_rc 2 web
says 'web: no operand is expected'
no timeout 10 "$ZONENAME" >/dev/full 2>"$work/err"
says 'cannot write to standard output'
make_zone other

# From here on this is a zone: a /run of its own, and what its runtime gives it.
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/host
here=/run/host/zonetool
zonename_rc 0
is "$(cat "$work/out")" global
printf 'zonename=web\nip-type=exclusive\nadded-later=x\n' >$here
zonename_rc 0
is "$(cat "$work/out")" web
zonename_rc 0 -t
is "$(cat "$work/out")" exclusive
zoneadm_rc 0 list
is "$(cat "$work/out")" web
for options in '' -c -cn -i -n; do
	# shellcheck disable=SC2086 # there may be none
	zoneadm_rc 0 list $options
	is "$(cat "$work/out")" web
done
zoneadm_rc 0 list -cp
is "$(cat "$work/out")" '-:web:running:/::native:excl'
zoneadm_rc 0 -z web list -v
prints '^   - web              running        /  .* native     excl  $'
zoneadm_rc 1 -z other list
says 'other: No such zone configured'
zoneadm_rc 1 -z web verify
says 'verify: this is zone web, and zones are administered in the global zone'
zoneadm_rc 0 help
absent /run/zones

# A file that says nothing, or that somebody else wrote.
printf 'zonename=web\n' >$here
zonename_rc 1
says "$here has no line ip-type="
zoneadm_rc 1 list
printf 'zonename=web/x\nip-type=shared\n' >$here
zonename_rc 1
says "$here, line 1: \"web/x\" is not a zone's name"
printf 'zonename=web\nip-type=shared\n' >$here
chmod 666 $here
zonename_rc 1
says 'writable by others'
chmod 644 $here
chown 12345 $here
zonename_rc 1
says 'user 12345'
rm $here
ln -s /etc/passwd $here
zonename_rc 1
says 'symbolic link'
