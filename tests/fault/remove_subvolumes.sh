# fs: btrfs
# The library's own test, on btrfs: empty subvolumes are removed where that is asked for.
. "$1/fault/faults.bash"
test=$helpers/../bin/test_remove
[ -x "$test" ] || skip "needs $test: build it, with cmocka"
TMPDIR=$S "$test" >out 2>&1 || fail "$(cat out)"
! grep -q 'SKIPPED' out || fail "$(cat out)"
