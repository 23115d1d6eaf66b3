# kill -9 in the middle of a commit: before each system call that changes something, and once more
# in the recovery. CRASH_EVERY=1: before every call of the whole run, and of each recovery.
# fs: tmpfs
. "$tests/zone/lib.sh"
need_cmd strace
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
python3 "$tests/fault_zone/crash.py" "$work" ${CRASH_EVERY:+--every} || fail 'see above'
