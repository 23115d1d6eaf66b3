# --reflink shares extents within a file system that can: auto and always do, never does not.
# fs: xfs btrfs
need_any_method
make_basic "$S/tree"
make_sparse "$S/tree/sparse"
random 50000000 >"$S/tree/large"
shared() {
	sync -f "$1"
	filefrag -v "$1" | grep shared >/dev/null # not -q: it is to read to the end
}
copy --reflink=never "$S/tree" "$D/never"
no shared "$S/tree/size-1000003"
for when in auto always; do
	copy --reflink=$when --json "$S/tree" "$D/$when"
	[ "$(json bytes_reflinked)" -ge 51000003 ] || fail "shared: $(json bytes_reflinked)"
	same "$S/tree" "$D/$when"
	shared "$D/$when/size-1000003"
	shared "$D/$when/large"
done
shared "$D/always/size-4097"
no shared "$D/never/size-1000003"
