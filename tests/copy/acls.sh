# Access and default ACLs: masks, unknown ids, empty permissions.
# fs: ext4 xfs btrfs tmpfs ext4:xfs
make_acls "$S/tree"
copy "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
