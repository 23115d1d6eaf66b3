# Source and destination are the same object: nothing happens to it.
# fs: tmpfs ext4 btrfs
cd "$D"
mkdir tree
echo content | tee file >tree/file
ln file hardlink
ln -s file symlink
for way in '' --update --overwrite; do
	for dest in file ./file hardlink; do
		# shellcheck disable=SC2086 # no word at all
		treecp $way file $dest || true
		is "$(cat file) $(cat hardlink)" 'content content'
	done
	copy_rc 1 $way -T tree tree
	copy_rc 1 $way tree .
done
is "$(cat tree/file)" content
is "$(names_in .)" 'file hardlink symlink tree tree/file'
