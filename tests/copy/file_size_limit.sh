# A file larger than the user may write is an error and leaves nothing; the others are copied.
# fs: tmpfs
make_basic "$S/tree"
random 40000000 >"$S/tree/large"
for n in 1 4; do
	(ulimit -f 100 && copy_rc 1 -j $n "$S/tree" "$D/copy-$n") || exit 1
	says "large': File too large"
	absent "$D/copy-$n/large" "$D/copy-$n/size-1000003"
	cmp "$S/tree/size-65537" "$D/copy-$n/size-65537"
done
