# Names of one object in several SOURCE operands become names of one copy.
# fs: tmpfs ext4:xfs
mkdir "$S/a" "$S/b"
echo content >"$S/a/file"
ln "$S/a/file" "$S/b/file"
ln "$S/a/file" "$S/single"
mkfifo "$S/a/fifo"
ln "$S/a/fifo" "$S/b/fifo"
mkdir "$D/all"
copy "$S/a" "$S/b" "$S/single" "$D/all"
is "$(inode "$D/all/a/file")" "$(inode "$D/all/b/file")"
is "$(inode "$D/all/a/file")" "$(inode "$D/all/single")"
is "$(inode "$D/all/a/fifo")" "$(inode "$D/all/b/fifo")"
is "$(stat -c %h "$D/all/single")" 3
