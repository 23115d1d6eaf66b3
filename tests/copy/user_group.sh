# A group that the user is a member of is kept though the owner cannot be.
# fs: tmpfs
need_cmd setpriv
mkdir "$S/tree"
echo x >"$S/tree/file"
chown 1000:777 "$S/tree/file"
chmod 2755 "$S/tree/file"
chown 65534:777 "$S/tree" "$D"
become_nobody
sed -i 's/--clear-groups/--groups=777/' "$work/as-nobody"
copy_rc 1 "$S/tree" "$D/copy"
says 'could not hold owner of 1 object'
is "$(stat -c %u:%g "$D/copy/file" "$D/copy" | tr '\n' ' ')" '65534:777 65534:777 '
