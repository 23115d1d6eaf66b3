# kill -9 in the middle of zoneadm on ZFS, alone or with the zfs commands it has begun: move inside the
# pool, out of it and into it, clone, uninstall. CRASH_EVERY=1: before every call of its own that
# changes something, or waits.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/storage.bash"
need_cmd strace
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
start_zfs
make_pool tank "$S/tank"
mkdir -m 755 "$D/zones"
PYTHONPATH=$PYTHONPATH:$tests/fault_zone python3 "$tests/fault_zone/crash_zfs.py" "$work" \
	"$S/tank" "$D/zones" ${CRASH_SCENARIOS-} ${CRASH_EVERY:+--every} || fail 'see above'
