# Names that only look like being inside are fine.
# fs: tmpfs btrfs
cd "$D"
mkdir -p tree/sub
echo content >tree/sub/file
copy tree tree-copy
copy tree/sub sub
copy -T tree/sub tree/sub2
is "$(names_in .)" 'sub sub/file tree tree-copy tree-copy/sub tree-copy/sub/file tree/sub tree/sub/file tree/sub2 tree/sub2/file'
