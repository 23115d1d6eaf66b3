# A file system without project ids: a loss, not an error.
# fs: xfs:tmpfs xfs:btrfs
make_projects "$S/tree"
copy_rc 1 "$S/tree" "$D/copy"
says 'could not hold project of [0-9]+ objects'
copy_rc 0 --no-preserve=project,flags "$S/tree" "$D/copy2"
same_by_rsync "$S/tree" "$D/copy2"
