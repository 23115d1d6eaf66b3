# --no-preserve leaves out one class, and no other.
# fs: ext4
mkdir "$S/tree"
echo content >"$S/tree/file"
ln "$S/tree/file" "$S/tree/link"
cp "$S/tree/file" "$S/tree/capable"
chown 7:8 "$S/tree/file" "$S/tree/capable"
chmod 751 "$S/tree/file"
setfacl -m u:1000:rwx "$S/tree/capable"
setfattr -n user.x -v y "$S/tree/file"
setcap cap_chown+ep "$S/tree/capable"
chattr +d "$S/tree/capable"
truncate -s 100000 "$S/tree/hole"
touch -d '2001-01-01 01:01:01.1' "$S"/tree/*
for class in owner mode times mtime atime links acl xattr caps flags sparse; do
	copy --no-preserve=$class "$S/tree" "$D/$class"
	copy_rc 1 --compare "$S/tree" "$D/$class"
	case $class in
	times) class='[ma]time' ;;
	acl) class='acl|mode' ;; # without its ACL the group has no more than its own rights
	esac
	no grep -Ev ": ($class): " out
	prints ": ($class): "
done
is "$(stat -c %u:%g "$D/owner/file")" 0:0
is "$(stat -c %a "$D/mode/file")" 644
is "$(stat -c %h "$D/links/file")" 1
is "$(getcap "$D/caps/capable")" ''
is "$(getfacl -cpn "$D/acl/capable" | grep -c 1000)" 0
is "$(getfattr -d "$D/xattr/file")" ''
