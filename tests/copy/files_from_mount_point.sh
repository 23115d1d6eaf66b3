# -x with a list that names a mount point, as find -xdev does: it is made empty, with its metadata.
# fs: tmpfs
mkdir -p "$S/tree/mount"
mount -t tmpfs -o mode=1777 tmpfs "$S/tree/mount"
echo inside >"$S/tree/mount/file"
printf 'mount\0mount/file\0' | copy -x --files0-from=- "$S/tree" "$D/copy"
is "$(stat -c %a "$D/copy/mount") $(names_in "$D/copy/mount")" '1777 '
