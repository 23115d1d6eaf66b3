# zoneadm detach and attach are killed, and the power fails: the zone is installed, or detached with
# its whole record, and what the next command finds does not depend on which. DETACH_EVERY=1: before
# every call that changes something.
# fs: ext4 xfs
. "$tests/zone/lib.sh"
need_cmd strace "mkfs.$src_fs" xmllint
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
rc=0
PYTHONPATH=$PYTHONPATH:$tests/fault_zone python3 "$tests/fault_zone/detach_faults.py" "$work" \
	"$src_fs" "$tests/../zonetool/zone/zonecfg.dtd" ${DETACH_EVERY:+--every} >faults || rc=$?
cat faults
[ "$rc" -ne 77 ] || skip "$(tail -n 1 faults)"
[ "$rc" -eq 0 ] || fail 'see above'
