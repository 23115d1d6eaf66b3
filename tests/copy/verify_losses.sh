# What was told as lost is not told again as different.
# fs: ext4:ramfs
make_xattrs "$S/tree/xattrs"
make_acls "$S/tree/acls"
copy_rc 0 --verify --lossy --json "$S/tree" "$D/copy"
is "$(json differences)" 0
