# A file system that can only be read, where holes are not told apart from data.
# fs: tmpfs ext4
need_cmd mksquashfs
need_fs squashfs
make_basic "$S/tree"
make_links "$S/tree/links"
mksquashfs "$S/tree" "$work/image" -quiet -no-progress >/dev/null
mkdir "$work/squash"
mount -o loop,ro "$work/image" "$work/squash"
copy_rc 0 -T "$work/squash" "$D/copy"
same_by_rsync "$work/squash" "$D/copy"
