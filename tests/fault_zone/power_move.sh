# The power is cut in the middle of zoneadm move, by renaming and by copying, and uninstall; the disks
# forget what they were not told to flush. POWER_EVERY=1: before every call that changes something, of
# all disks and of one.
# fs: ext4:xfs xfs:btrfs btrfs:ext4
. "$tests/zone/lib.sh"
need_cmd strace setfacl chattr mkfs.ext4 mkfs.xfs
[[ $src_fs:$dst_fs != *btrfs* ]] || need_cmd btrfs mkfs.btrfs
need_fs xfs
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
PYTHONPATH=$PYTHONPATH:$tests/fault_zone python3 "$tests/fault_zone/power_move.py" "$work" \
	"$src_fs" "$dst_fs" rename copy uninstall ${POWER_EVERY:+--every} || fail 'see above'
