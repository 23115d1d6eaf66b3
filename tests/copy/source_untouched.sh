# The source is left as found, its atimes too (but those of symbolic links: reading moves them).
# fs: ext4 xfs btrfs tmpfs
make_basic "$S/tree/basic"
make_times "$S/tree/times"
make_sparse "$S/tree/sparse"
list_stat "$S/tree" | grep -v '^a' >before
getfattr -Rdhm - "$S/tree" >xattrs-before
moving_atimes
copy "$S/tree" "$D/copy"
copy --verify --overwrite -T "$S/tree" "$D/copy"
still_atimes
list_stat "$S/tree" | grep -v '^a' >after
same_text 'source before and after' before after
