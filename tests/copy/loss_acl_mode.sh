# Where an ACL is lost its mask must not become the rights of the owning group.
# fs: ext4:ramfs
mkdir "$S/tree" "$S/tree/dir"
echo x >"$S/tree/file"
chmod 600 "$S/tree/file"
chmod 700 "$S/tree/dir"
setfacl -m u:1000:rwx "$S/tree/file" "$S/tree/dir"
is "$(stat -c %a "$S/tree/file")" 670
copy_rc 1 "$S/tree" "$D/copy"
is "$(stat -c %a "$D/copy/file" "$D/copy/dir" | tr '\n' ' ')" '600 700 '
copy --no-preserve=acl "$S/tree" "$D/copy2"
is "$(stat -c %a "$D/copy2/file" "$D/copy2/dir" | tr '\n' ' ')" '600 700 '
