# A file system without extended attributes: classes are told once, objects with -v, --lossy
# accepts it, --no-preserve does not even tell.
# fs: ext4:ramfs
make_xattrs "$S/tree/xattrs"
make_acls "$S/tree/acls"
copy_rc 1 --json "$S/tree" "$D/copy"
for class in acl xattr caps; do says "could not hold $class of [0-9]+ objects?"; done
is "$(grep -c 'could not hold' err)" 3
no grep -q 'lost its' err
is "$(python3 -c 'import json; l = json.load(open("out"))["losses_by_attribute"]; print(sorted(l), l["caps"])')" "['acl', 'caps', 'xattr'] 1"
copy_rc 1 -v "$S/tree" "$D/copy2"
says "suid' lost its caps"
says "file' lost its xattr user.plain"
says "file' lost its xattr trusted.mine"
says "symlink' lost its xattr trusted.link"
says "acls/user' lost its acl"
copy_rc 0 --lossy "$S/tree" "$D/copy3"
says 'could not hold acl of [0-9]+ objects'
copy --no-preserve=acl,xattr,caps "$S/tree" "$D/copy4"
is "$(rsync -aHn --delete --checksum --itemize-changes --no-perms "$S/tree/" "$D/copy/")" ""
