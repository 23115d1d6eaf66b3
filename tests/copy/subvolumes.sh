# btrfs subvolumes are directories to a copy: inode numbers met twice are no hard links.
# fs: btrfs btrfs:xfs
mkdir "$S/tree"
for name in a b c; do
	btrfs -q subvolume create "$S/tree/$name"
	echo $name >"$S/tree/$name/file"
	ln "$S/tree/$name/file" "$S/tree/$name/link"
done
btrfs -q subvolume snapshot -r "$S/tree/a" "$S/tree/snapshot"
copy "$S/tree" "$D/copy"
same_by_rsync "$S/tree" "$D/copy"
is "$(cat "$D/copy"/{a,b,c,snapshot}/link | tr -d '\n')" abca
