# --preserve names all that is kept, what is left out is as open(2) and mkdir(2) make it.
# fs: tmpfs ext4
make_xattrs "$S/tree/xattrs"
make_acls "$S/tree/acls"
make_links "$S/tree/links"
chown 0:0 "$S/tree/xattrs/suid" # set-id bits go with owners
chmod 755 "$S/tree/xattrs/suid"
setcap cap_kill+ep "$S/tree/xattrs/suid"
chmod 705 "$S/tree/acls"
chown 5:5 "$S/tree/acls"
chattr +d "$S/tree/xattrs/file"
copy --preserve=mode,times "$S/tree" "$D/copy"
is "$(cd "$D/copy" && find . -printf '%U:%G\n' | sort -u)" 0:0
is "$(list_links "$D/copy")" ''
is "$(cd "$D/copy" && getfattr -Rhd -m "user|trusted\.[a-z]|capability" .)" ""
is "$(cd "$D/copy" && getfacl -Rcps .)" ''
is "$(stat -c %a "$D/copy/acls")" 705
is "$(stat -c '%a' "$D/copy/xattrs/many")" 444
is "$(stat -c %y "$D/copy/acls/user")" "$(stat -c %y "$S/tree/acls/user")"
no sh -c "lsattr '$D/copy/xattrs/file' | grep -q '^[^ ]*d'"
(umask 027 && copy --no-preserve=all "$S/tree" "$D/nothing") || exit 1
is "$(stat -c %a "$D/nothing/acls" "$D/nothing/xattrs/suid" | tr '\n' ' ')" '750 640 '
