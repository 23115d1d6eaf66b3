# An immutable or append-only file with several names: links first, then the flags.
# fs: ext4 xfs btrfs tmpfs
make_links "$S/tree"
chattr +i "$S/tree/a/file"
chattr +a "$S/tree/c/d/file2-3"
ln "$S/tree/z/in-1" "$S/outside" # a name that is never met: the flags come at the end
chattr +i "$S/outside"
copy -j8 "$S/tree" "$D/copy"
chattr -i "$S/outside"
rm "$S/outside"
chattr +i "$S/tree/z/in-1"
same "$S/tree" "$D/copy"
same_flags "$S/tree" "$D/copy"
