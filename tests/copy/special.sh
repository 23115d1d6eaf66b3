# Devices, whiteouts among them, fifos and sockets, with owners, modes and times.
# fs: ext4 xfs btrfs tmpfs
make_special "$S/tree"
copy "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
is "$(stat -c '%t:%T %F' "$D/copy/whiteout")" '0:0 character special file'
