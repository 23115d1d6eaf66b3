# Extended attributes of all kinds and objects, with empty, binary and long values and names.
# fs: ext4 xfs btrfs tmpfs xfs:btrfs btrfs:ext4
make_xattrs "$S/tree"
copy "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
getfattr -h -n trusted.link "$D/copy/symlink" >out
getcap "$D/copy/suid" | grep -q cap_net_raw
is "$(stat -c '%a %u:%g' "$D/copy/suid")" '4755 1234:5678'
