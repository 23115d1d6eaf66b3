# What cannot be told apart from what is gone is waited for: a file system that is not mounted at
# recovery, be it of a copy, of what is removed, or of what was copied. recover -F gives up on it, and
# on what cannot be removed.
# fs: ext4:xfs xfs:btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
. "$tests/zone/killed.bash"
from=$S/zones/a to=$D/zones/a
mkdir -m 755 "$D/zones"
install_zone a "$from"
make_basic "$from/root/t"
describe "$from" >was

# As unmounting and mounting would do it, but that a loop device goes when it is unmounted.
mkdir "$work/away"
take_away() {
	mount --move "$1" "$work/away"
}
bring_back() {
	mount --move "$work/away" "$1"
}

refused() {
	local before
	before=$(stored)
	zoneadm_rc 1 -z a recover
	erred 'mount what is missing'
	erred 'zoneadm -z a recover -F'
	is "$(stored)" "$before"
}

# A copy that is not whole.
killed_at syncfs 1 move "$to"
take_away "$D"
refused
bring_back "$D"
zoneadm_rc 0 -z a recover
erred 'an interrupted move of zone a was undone'
at_only "$from" "$to"
is_described "$from" was

# One that will not come back.
killed_at syncfs 1 move "$to"
take_away "$D"
zoneadm_rc 0 -z a recover -F
erred 'an interrupted move of zone a was undone'
is "$(index_line a | cut -d: -f2,3)" "installed:$from"
bring_back "$D"
rm -rf "$D"/zones/.a.*

# The old tree, when the copy is there.
nth=$(strace -f -qq -e trace=renameat2,fsync "$ZONEADM" -z a move "$to" 2>&1 \
	| awk -v to="\"$to\"" '/fsync/ { n++ } /renameat2/ && index($0, to) { at = n + 1 } END { print at }')
zoneadm_rc 0 -z a move "$from"
killed_at fsync "$nth" move "$to"
take_away "$S"
refused
bring_back "$S"
zoneadm_rc 0 -z a recover
erred "an interrupted move of zone a was finished: it is at $to"
at_only "$to" "$from"
is_described "$to" was

# What is being removed.
case $dst_fs in
btrfs) killed_at ioctl 5 uninstall -F ;; # behind those that ask which subvolume it is
*) killed_at unlinkat 12 uninstall -F ;;
esac
absent "$to"
take_away "$D"
refused
bring_back "$D"
zoneadm_rc 0 -z a recover
is "$(index_line a)" "a:configured:$to:"
nothing_left

# What cannot be removed stays, and is named; the zone is free of it.
zonecfg -z a 'delete -F'
install_zone a "$from"
killed_at unlinkat 2 uninstall -F
absent "$from"
left=$(echo "$S"/zones/.a.*)
mount -o remount,ro "$S"
before=$(stored)
zoneadm_rc 1 -z a uninstall -F
erred "what is left at $left could not be removed; to leave it there: zoneadm -z a recover -F"
is "$(stored)" "$before"
zoneadm_rc 0 -z a recover -F
erred "WARNING: $left stays: zone a has nothing to do with it any more, so remove it yourself"
is "$(index_line a)" "a:configured:$from:"
absent /etc/zones/a.operation
zoneadm_rc 0 -z a recover
silent
zonecfg -z a 'delete -F'
mount -o remount,rw "$S"
rm -r "$left"
nothing_left
