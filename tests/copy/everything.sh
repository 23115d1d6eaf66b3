# A tree with every kind of object and attribute arrives whole, and its source is left as found.
# fs: ext4 ext4:xfs ext4:btrfs ext4:tmpfs xfs:ext4 xfs xfs:btrfs xfs:tmpfs btrfs:ext4 btrfs:xfs btrfs btrfs:tmpfs tmpfs:ext4 tmpfs:xfs tmpfs:btrfs tmpfs
make_everything "$S/tree"
list_stat "$S/tree" >before
moving_atimes
copy "$S/tree" "$D/copy"
still_atimes
# Atimes too: the copy has what the source had before it was read.
list_stat "$D/copy" >copy
same_text 'types, modes, owners, times or sizes' before copy
list_stat "$S/tree" | grep -v "^a" >source
# ... and so has the source, but for symbolic links: reading one moves its atime.
same_text 'source before and after' <(grep -v '^a' before) source
find "$S/tree" -type l -print0 | while IFS= read -r -d '' link; do
	touch -h -a -r "$D/copy/${link#"$S/tree/"}" "$link"
done
same "$S/tree" "$D/copy"
same_flags "$S/tree" "$D/copy"
for file in "$S"/tree/sparse/*; do
	no_larger "$file" "$D/copy/sparse/${file##*/}"
done
