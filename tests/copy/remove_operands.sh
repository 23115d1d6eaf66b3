# --remove: what cannot be meant is refused before anything is done; each TREE must be a directory.
# fs: tmpfs
make_basic "$S/tree"
make_basic "$D/other"
ln -s "$S/tree" "$D/link"
cd "$S/tree"
all() { find "$S" "$D" -printf '%p %i\n' | sort; }
before=$(all)
for name in / // . .. ./ ../ ../. dir/.. dir/. "$S/tree/." '/../..' ''; do
	copy_rc 2 --remove "$S/tree" "$name"
done
copy_rc 2 --remove
for option in --compare -x -u --overwrite --verify --sync --lossy -T --exclude=a --preserve=mode \
	--reflink=never --sparse=never --methods=read_write "-t$D"; do
	copy_rc 2 --remove $option "$S/tree"
done
copy_rc 1 --remove "$S/tree" "$D/none/x"
says "cannot open '$D/none/x': No such file"
cd "$work"
is "$(all)" "$before"
for name in "$D/link" "$D/link/" "$S/tree/empty" "$S/tree/other/dangling"; do
	copy_rc 1 --remove "$name"
	says "cannot open '${name%/}': Not a directory"
done
copy_rc 1 --remove "$D/none"
says 'No such file'
is "$(all)" "$before"
# A root of another name.
mkdir "$D/root" && mount --bind / "$D/root"
copy_rc 1 --remove "$D/root"
says "will not remove what is mounted at '$D/root'"
umount "$D/root"
cd "$D/other"
copy --remove -v ../other/dir empty-dir "$S/tree"
prints "^removed '../other/dir/sub/subsub/deep'$"
prints "^removed 'empty-dir'$"
is "$(names_in "$S")" ''
absent dir empty-dir
is "$(stat -c %s size-1)" 1
