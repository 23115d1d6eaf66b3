# zoneadm move while storage reads nothing, or writes something else: the zone stays where it was.
# fs: ext4:xfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
shim=${FAULT_HELPERS:-$(dirname "$TREECP")/../tests}/fault_shim.so
[ -e "$shim" ] || skip "needs $shim: build first"
mkdir -m 755 "$D/zones"
from=$S/zones/a
install_zone a "$from"
describe "$from" >was
registry=$(stored)

# faulty FAULT TEXT ARGUMENT...: a move with this fault (see shim.c) fails, says TEXT, and is undone.
faulty() {
	rm -f faults
	ran 1 env FAULT="$1" FAULT_LOG="$work/faults" LD_PRELOAD="$shim" "$ZONEADM" -z a move \
		"${@:3}" "$D/zones/a"
	[ -s faults ] || fail "never met: $1"
	erred "$2"
	erred 'zoneadm: the move of zone a was undone'
	is_described "$from" was
	is "$(stored)" "$registry"
	is "$(names_in "$D/zones")" ''
	nothing_left
}

faulty 'pread:EIO:*:hostname' "$from/root/etc/hostname: Input/output error"
faulty 'pwrite:EIO:*:/.a.' 'Input/output error'
faulty 'pwrite:flip:*:/.a.' 'hostname differs in content' --verify
zoneadm -z a move --verify "$D/zones/a"
is_described "$D/zones/a" was
