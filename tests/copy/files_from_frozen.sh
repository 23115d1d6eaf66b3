# Names that come back to a directory which is immutable or append-only in the source.
# fs: ext4 tmpfs
make_flags "$S/tree" ai
printf '%s\0' dir-i dir-a file-i dir-i/inside file-a dir-a/inside >list
copy -j1 --files0-from=list "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
same_flags "$S/tree" "$D/copy"
