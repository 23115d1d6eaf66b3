# A file without copy-on-write cannot share extents with one that has it: it is copied.
# fs: btrfs
mkdir "$S/tree"
touch "$S/tree/nocow"
chattr +C "$S/tree/nocow"
random 1000000 | tee "$S/tree/nocow" >"$S/tree/cow"
copy "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
same_flags "$S/tree" "$D/copy"
copy --no-preserve=flags -T "$S/tree" "$D/copy2"
same_by_rsync "$S/tree" "$D/copy2"
