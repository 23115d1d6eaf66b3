# --update brings the metadata of what has the same content in line, in place.
# fs: tmpfs ext4 xfs btrfs
make_basic "$S/tree/basic"
make_xattrs "$S/tree/xattrs"
make_acls "$S/tree/acls"
make_special "$S/tree/special"
copy "$S/tree" "$D/copy"
cd "$D/copy"
list=(basic/dir/text xattrs/file xattrs/suid acls/user special/fifo special/chr basic/dir/link)
before=$(stat -c %i "${list[@]}")
chmod 777 basic/dir/text acls/group acls/both special/fifo
chown -h 99:99 xattrs/suid special/chr basic/dir/link basic/dir
setfattr -n user.plain -v other xattrs/file
setfattr -n user.surplus -v surplus xattrs/file
setfattr -x trusted.mine xattrs/dir
setfattr -h -x trusted.link xattrs/symlink
setfacl -b acls/user
setfacl -m u:77:rwx basic/size-1
setfacl -d -m u:77:rwx basic/dir
chattr +d basic/size-4095
touch -a -d 2009-09-09 basic/size-4096
touch -h -d 2009-09-09 basic/other/dangling
copy --update -T "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
is "$(stat -c %i "${list[@]}")" "$before"
no sh -c 'lsattr basic/size-4095 | grep -q "^[^ ]*d"'
