# Hard links of every kind of object stay links, across directories and file systems.
# fs: ext4 xfs btrfs tmpfs xfs:tmpfs
make_links "$S/tree"
copy "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
copy -j8 "$S/tree" "$D/copy8"
same "$S/tree" "$D/copy8"
