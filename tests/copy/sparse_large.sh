# Files large enough to be worked on by several threads keep their holes; sizes beyond 2 GiB too.
# fs: ext4 xfs btrfs:tmpfs
mkdir "$S/tree"
truncate -s $((2 * 1024 ** 3 + 1)) "$S/tree/two-gib"
printf x | dd of="$S/tree/two-gib" bs=1 seek=$((2 * 1024 ** 3)) conv=notrunc status=none
random 70000 | dd of="$S/tree/two-gib" bs=4096 seek=10000 conv=notrunc status=none
truncate -s 200000001 "$S/tree/hole"
for i in {0..20}; do
	random 100000 | dd of="$S/tree/islands" bs=1M seek=$((i * 3)) conv=notrunc status=none
done
copy --reflink=never -j4 "$S/tree" "$D/copy"
same_by_stat "$S/tree" "$D/copy"
for file in "$S"/tree/*; do
	no_larger "$file" "$D/copy/${file##*/}"
done
cmp "$S/tree/islands" "$D/copy/islands"
# To read 2 GiB of holes takes long: where the data are must do, and what they are.
cmp -i $((4096 * 10000)) -n 70000 "$S/tree/two-gib" "$D/copy/two-gib"
is "$(tail -c 1 "$D/copy/two-gib")" x
is "$(xfs_io -r -c 'seek -ar 0' "$D/copy/two-gib" | grep -c DATA)" 2
is "$(xfs_io -r -c 'seek -ar 0' "$D/copy/hole" | grep -c DATA || true)" 0
