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
# ... nor one source into another, whichever comes first.
mkdir -p other/x/y into/x/y
echo new | tee other/x/new >other/x/y/new
echo old >into/x/y/old
for threads in 1 8; do
	copy_rc 1 -j$threads --json other/x into/x/y into
	says 'itself'
	is "$(json errors)" 1
	is "$(names_in into)" 'x x/new x/y x/y/old y y/old'
	rm -r into/y into/x/new
done
# From a bind mount of it, too, and from below into its parent by another name.
umount mount
mount --bind tree mount
before=$(list_stat tree)
copy_rc 1 mount tree/new
copy_rc 1 -T mount tree
copy_rc 1 tree mount/new
is "$(list_stat tree)" "$before"
