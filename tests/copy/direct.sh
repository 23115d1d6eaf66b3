# A large file that is not in memory passes by the page cache, one that is does not; either is whole.
# fs: ext4 ext4:xfs xfs:ext4
need_any_method
need_cmd fincore
mkdir "$S/tree"
random 50000001 >"$S/tree/large"
random 33554431 >"$S/tree/smaller"
truncate -s 60000000 "$S/tree/sparse"
dd if="$S/tree/large" of="$S/tree/sparse" bs=1M seek=7 conv=notrunc status=none
forget() {
	sync -f "$S"
	dd if="$1" iflag=nocache count=0 status=none
}
resident() {
	fincore -nbo res "$1"
}
copy --json "$S/tree" "$D/warm"
no grep -q '"direct"' out
same "$S/tree" "$D/warm"
forget "$S/tree/large"
copy --json "$S/tree" "$D/cold"
prints '"methods":\[[^]]*"direct"'
is "$(json bytes_found)" 143554432
[ "$(resident "$D/cold/large")" -lt 5000000 ] || fail "$(resident "$D/cold/large") in memory"
[ "$(resident "$S/tree/large")" -lt 25000000 ] || fail "$(resident "$S/tree/large") in memory"
same "$S/tree" "$D/cold"
rm -r "$D/warm" "$D/cold"
# One with holes does so only if asked to: its extents may be small.
forget "$S/tree/sparse"
copy --json "$S/tree/sparse" "$D/sparse"
no grep -q '"direct"' out
copy --json --methods=direct "$S/tree/sparse" "$D/sparse-direct"
prints '"methods":\[[^]]*"direct"'
cmp "$S/tree/sparse" "$D/sparse"
cmp "$S/tree/sparse" "$D/sparse-direct"
