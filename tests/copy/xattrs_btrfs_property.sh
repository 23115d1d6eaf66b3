# A btrfs property is an attribute that no other file system knows.
# fs: btrfs btrfs:ext4
need_cmd btrfs
mkdir "$S/tree"
random 1000 >"$S/tree/file"
btrfs property set "$S/tree/file" compression zstd
if [ "$dst_fs" = btrfs ]; then
	copy "$S/tree" "$D/copy"
	same_xattrs "$S/tree" "$D/copy"
	is "$(btrfs property get "$D/copy/file" compression)" compression=zstd
else
	copy_rc 1 "$S/tree" "$D/copy"
	says 'could not hold (xattr|flags) of 1 object'
	cmp "$S/tree/file" "$D/copy/file"
fi
