# A single object of any kind as SOURCE is copied with all its attributes.
# fs: ext4 xfs:tmpfs
make_special "$S/tree"
make_xattrs "$S/tree/x"
make_acls "$S/tree/a"
for path in chr blk whiteout fifo socket x/file x/symlink x/suid a/user a/both; do
	copy "$S/tree/$path" "$D"
done
for path in chr fifo x/suid a/user x/symlink; do
	is "$(stat -c '%f %u:%g %t:%T %s %y' "$D/${path##*/}")" "$(stat -c '%f %u:%g %t:%T %s %y' "$S/tree/$path")"
done
is "$(getcap "$D/suid" | sed 's/.*suid//')" "$(getcap "$S/tree/x/suid" | sed 's/.*suid//')"
is "$(getfacl -cpn "$D/user")" "$(getfacl -cpn "$S/tree/a/user")"
is "$(getfattr -h --only-values -n trusted.link "$D/symlink")" link
