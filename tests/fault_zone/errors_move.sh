# A call of zoneadm move, uninstall, clone, install, detach or attach fails, as on a disk that is full
# or broken. ERRORS_EVERY=1: each that changes something.
# fs: ext4:xfs xfs:btrfs btrfs:ext4
. "$tests/zone/lib.sh"
need_cmd strace setfacl chattr
[[ $src_fs:$dst_fs != *btrfs* ]] || need_cmd btrfs
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
mount -t tmpfs -o mode=755 tmpfs /var/log
mkdir -m 755 "$S/zones" "$D/zones"
PYTHONPATH=$PYTHONPATH:$tests/fault_zone python3 "$tests/fault_zone/errors_move.py" "$work" \
	"$S/zones" "$D/zones" ${ERRORS_EVERY:+--every} || fail 'see above'
