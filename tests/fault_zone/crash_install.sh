# kill -9 in the middle of zoneadm install, from a directory and from an archive, detach and attach; and
# once more in the recovery. CRASH_EVERY=1: before every call that changes something.
# fs: ext4:xfs xfs:btrfs
. "$tests/zone/lib.sh"
need_cmd strace setfacl chattr
[[ $src_fs:$dst_fs != *btrfs* ]] || need_cmd btrfs
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
mount -t tmpfs -o mode=755 tmpfs /var/log
mkdir -m 755 "$S/zones" "$D/zones"
PYTHONPATH=$PYTHONPATH:$tests/fault_zone python3 "$tests/fault_zone/crash_move.py" "$work" \
	"$S/zones" "$D/zones" install archive detach attach \
	${CRASH_EVERY:+--every} || fail 'see above'
