# --sync: the same copy, on every kind of file system.
# fs: ext4 xfs btrfs tmpfs
make_basic "$S/tree"
copy --sync "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
copy --sync "$S/tree/size-1" "$D"
