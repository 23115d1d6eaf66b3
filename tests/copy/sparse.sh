# Holes stay holes, wherever they are, also in data that has not reached storage yet.
# fs: ext4 xfs btrfs tmpfs ext4:btrfs btrfs:xfs xfs:tmpfs tmpfs:ext4
make_sparse "$S/tree"
copy --reflink=never "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
for file in "$S"/tree/*; do
	no_larger "$file" "$D/copy/${file##*/}"
done
