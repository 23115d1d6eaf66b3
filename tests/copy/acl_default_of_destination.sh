# The destination's default ACL does not leak into the copy, at any depth, for any kind of object.
# fs: ext4 xfs btrfs tmpfs
make_basic "$S/tree/basic"
make_special "$S/tree/special"
make_acls "$S/tree/acls"
make_modes "$S/tree/modes"
setfacl -d -m u:1000:rwx,g:2000:rwx,m::rwx,o::rwx "$D"
setfacl -m u:1000:rwx "$D"
copy "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
# The same for single objects made right there.
copy "$S/tree/basic/size-1" "$D/file"
copy "$S/tree/special/fifo" "$D/fifo"
copy "$S/tree/special/socket" "$D/socket"
copy "$S/tree/basic/empty-dir" "$D/dir"
no sh -c "getfacl -cpn '$D/file' '$D/fifo' '$D/socket' '$D/dir' | grep -E 'mask|default|user:1000'"
