# A user without rights copies a tree of their own exactly; directories that are read-only in the
# source are filled all the same.
# fs: tmpfs ext4 xfs btrfs
make_basic "$S/tree"
setfattr -n user.x -v y "$S/tree/dir/text"
setfacl -m u:1000:r "$S/tree/size-1"
setfacl -d -m u:1000:r "$S/tree/dir"
ln "$S/tree/dir/text" "$S/tree/linked"
mkfifo "$S/tree/fifo"
chattr +d "$S/tree/size-4095"
chown -hR 65534:65534 "$S/tree" "$D"
chmod 4755 "$S/tree/dir/program"
chmod 444 "$S/tree/size-4096"
chmod 555 "$S/tree/dir/sub" "$S/tree/dir/sub/subsub" "$S/tree"
become_nobody
copy "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
same_flags "$S/tree" "$D/copy"
