# --methods: content is copied in the ways named, whatever its size, where they work; else it is
# read and written. Every byte, hole and attribute is kept in each of them.
# fs: ext4 xfs btrfs tmpfs ext4:xfs tmpfs:ext4
make_basic "$S/tree"
make_sparse "$S/tree/sparse"
make_xattrs "$S/tree/xattrs"
random 20000003 >"$S/tree/large"
random 40000001 >"$S/tree/divided"
ln "$S/tree/large" "$S/tree/large-too"
# Where they work: everywhere; within one file system; in those that share or have storage.
works() {
	case $1 in
	read_write | io_uring) true ;;
	copy_file_range) [ "$src_fs" = "$dst_fs" ] ;;
	reflink) [[ $src_fs:$dst_fs =~ ^(xfs:xfs|btrfs:btrfs)$ ]] ;;
	direct) [[ $src_fs:$dst_fs != *tmpfs* ]] ;;
	esac
}
for method in reflink copy_file_range io_uring direct read_write; do
	copy --json --methods=$method "$S/tree" "$D/$method"
	sed -nE 's/.*"methods":\[([^]]*)\].*/\1/p' out | tr -d '"' | tr , '\n' >used
	no grep -Evx "$method|read_write|sparse" used
	! works $method || grep -qx $method used || fail "$method was not used: $(cat used)"
	same "$S/tree" "$D/$method"
	rm -r "$D/$method"
done
# Combined with what shares extents or not, and with making holes.
copy --methods=copy_file_range,reflink --reflink=never --json "$S/tree" "$D/never"
is "$(json bytes_reflinked)" 0
copy --methods=direct,io_uring --sparse=always "$S/tree" "$D/always"
cmp "$S/tree/divided" "$D/always/divided"
for wrong in '' , nothing io_uring,nothing sparse; do
	copy_rc 2 --methods=$wrong "$S/tree" "$D/wrong"
	says 'is not a way of copying: reflink, '
	absent "$D/wrong"
done
