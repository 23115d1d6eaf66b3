# The largest value that btrfs holds is too large for ext4: a loss, the rest is kept.
# fs: btrfs btrfs:ext4
make_xattrs "$S/tree" 16000
if [ "$dst_fs" = btrfs ]; then
	copy "$S/tree" "$D/copy"
	same "$S/tree" "$D/copy"
else
	copy_rc 1 -v "$S/tree" "$D/copy"
	says "large' lost its xattr user.large: "
	says 'could not hold xattr of 1 object '
	setfattr -x user.large "$S/tree/large"
	same "$S/tree" "$D/copy"
fi
