# -x: a mount point below is copied as an empty directory; a btrfs subvolume is no mount.
# fs: tmpfs btrfs ext4:tmpfs
make_basic "$S/tree"
mkdir "$S/tree/mount"
mount -t tmpfs tmpfs "$S/tree/mount"
echo other | tee "$S/tree/mount/file" >"$S/file"
mkdir "$S/tree/bind"
mount --bind "$S/tree/dir" "$S/tree/bind"
touch "$S/tree/file-mount"
mount --bind "$S/file" "$S/tree/file-mount"
if [ "$src_fs" = btrfs ]; then
	btrfs -q subvolume create "$S/tree/subvolume"
	echo inside >"$S/tree/subvolume/file"
fi
copy -x --json "$S/tree" "$D/copy"
is "$(json other_mounts)" 3
is "$(names_in "$D/copy/mount")$(names_in "$D/copy/bind")" ''
absent "$D/copy/file-mount"
[ "$src_fs" != btrfs ] || is "$(cat "$D/copy/subvolume/file")" inside
copy "$S/tree" "$D/whole"
is "$(cat "$D/whole/mount/file")" other
is "$(cat "$D/whole/bind/text")" text
umount "$S/tree/mount" "$S/tree/bind" "$S/tree/file-mount"
rm "$S/tree/file-mount"
# They have what the mounts showed; what is below a mount cannot be seen.
rmdir "$S/tree/mount" "$D/copy/mount" "$D/copy/bind"
rm -r "$S/tree/bind"
touch -d @1 "$S/tree" "$D/copy"
same_by_rsync "$S/tree" "$D/copy"
