# All mode bits on files and directories that belong to others.
# fs: ext4 xfs btrfs tmpfs
make_modes "$S/tree"
copy "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
