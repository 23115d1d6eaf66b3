# A directory is not copied into itself, whatever the names for it; nothing is written.
# fs: tmpfs ext4 btrfs
cd "$D"
mkdir -p tree/sub/deep elsewhere mount
echo content >tree/sub/file
ln -s tree/sub link
mount --bind tree/sub/deep mount
before=$(list_stat .)
for dest in tree/new tree/sub/new tree/sub link link/new mount mount/new tree/sub/deep/../new tree; do
	copy_rc 1 tree $dest
	says 'itself'
	copy_rc 1 -T tree $dest
done
copy_rc 1 . tree/new
copy_rc 1 .. tree/new
is "$(list_stat .)" "$before"
# ... among several sources neither.
copy_rc 1 elsewhere tree tree/sub
absent tree/sub/tree
# From a bind mount of it, too, and from below into its parent by another name.
umount mount
mount --bind tree mount
before=$(list_stat tree)
copy_rc 1 mount tree/new
copy_rc 1 -T mount tree
copy_rc 1 tree mount/new
is "$(list_stat tree)" "$before"
