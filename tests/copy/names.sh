# Any bytes in names; names and link targets as long as they can be.
# fs: ext4 xfs btrfs tmpfs
make_names "$S/tree"
[ "$src_fs" = xfs ] || ln -s "$(printf '%0.s../' {1..1365})" "$S/tree/longest-target" # 4095 bytes
copy "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
copy "$S/tree"/* -t "$D"
