# --reflink=always where it cannot be is an error for each file with content, and leaves none.
# fs: ext4 xfs:btrfs tmpfs
make_basic "$S/tree"
copy_rc 1 --reflink=always "$S/tree" "$D/copy"
says "cannot share the extents of '.*size-4097'|size-4097'"
is "$(find "$D/copy" -type f -size +0 | wc -l)" 0
is "$(find "$D/copy" -type f | wc -l)" 1
is "$(readlink "$D/copy/dir/link")" text
copy "$S/tree" "$D/auto"
same "$S/tree" "$D/auto"
