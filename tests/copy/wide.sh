# 20,000 names in one directory.
# fs: tmpfs ext4:xfs
make_wide "$S/tree" 20000
copy "$S/tree" "$D/copy"
same_by_stat "$S/tree" "$D/copy"
