# --compare with -x looks at mount points, but not inside.
# fs: tmpfs
mkdir -p "$S/tree/mount" "$D/copy/mount"
mount -t tmpfs tmpfs "$S/tree/mount"
echo x >"$S/tree/mount/file"
touch -d 2001-01-01 "$S/tree" "$D/copy" "$S/tree/mount" "$D/copy/mount"
chmod 755 "$S/tree/mount"
copy --compare -x "$S/tree" "$D/copy"
copy_rc 1 --compare "$S/tree" "$D/copy"
prints 'mount/file: existence: only in the first'
chmod 700 "$D/copy/mount"
copy_rc 1 --compare -x "$S/tree" "$D/copy"
prints 'mount: mode: '
