# zoneadm move: off a place that would not be allowed for a zone, and with any name that a file
# system takes; but not by copying where the old tree could not be removed.
# fs: ext4:xfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
from=$S/zones/a to=$D/zones/a
mkdir -m 755 "$D/zones" "$S/new"
install_zone a "$from"

# ---- the old place ----

for mode in 775 1777; do
	chmod "$mode" "$S/zones"
	zoneadm_rc 0 -z a move "$S/new/a"
	at_only "$S/new/a" "$from"
	mv "$S/new/a" "$from"
	sed -i "s,:$S/new/a:,:$from:," /etc/zones/index
	sed -i "s,\"$S/new/a\",\"$from\"," /etc/zones/a.xml
	zoneadm_rc 0 -z a move "$to"
	at_only "$to" "$from"
	chmod 755 "$S/zones"
	zoneadm_rc 0 -z a move "$from"
done

mount -o remount,ro "$S"
move_refused "the zone's old files could not be removed from $S/zones: Read-only file system" "$to"
is "$(names_in "$D/zones")" ''
zoneadm_rc 1 -z a move -n "$to"
erred "the zone's old files could not be removed from $S/zones: Read-only file system"
zoneadm_rc 0 -z a recover
mount -o remount,rw "$S"

# ---- long names ----

# For a directory aside there are some bytes more, as many as a name can have.
for name in "$(printf 'a%.0s' {1..255})" "$(printf 'a%.0s' {1..234})" \
	"$(printf '\xc3\xa4%.0s' {1..127})" "x$(printf '\xe2\x82\xac%.0s' {1..84})"; do
	zoneadm_rc 0 -z a move "$S/zones/$name"
	at_only "$S/zones/$name" "$from"
	zoneadm_rc 0 -z a move "$D/zones/$name"
	at_only "$D/zones/$name" "$S/zones/$name"
	zoneadm_rc 0 -z a move "$from"
	at_only "$from" "$D/zones/$name"
done
zoneadm_rc 0 -z a move "$D/zones/$name"
zoneadm_rc 0 -z a uninstall -F
silent
is "$(index_line a)" "a:configured:$D/zones/$name:"
is "$(names_in "$D/zones")" ''
