# Losses are told for each destination file system apart: a mount inside of the destination.
# fs: ext4:ramfs
mkdir -p "$S/tree/sub" "$D/copy/sub"
echo x | tee "$S/tree/a" >"$S/tree/sub/b"
setfattr -n user.x -v y "$S/tree/a"
setfattr -n user.x -v y "$S/tree/sub/b"
mount -t ramfs ramfs "$D/copy/sub"
copy_rc 1 -T "$S/tree" "$D/copy"
is "$(grep -c 'could not hold xattr of 1 object' err)" 2
