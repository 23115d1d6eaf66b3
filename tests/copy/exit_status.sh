# 0 whole, 1 not whole, 2 wrong usage.
# fs: tmpfs
make_basic "$S/tree"
copy_rc 0 "$S/tree" "$D/copy"
copy_rc 1 -T "$S/tree" "$D/copy"
copy_rc 1 "$S/nowhere" "$D/new"
copy_rc 2 "$S/tree"
copy_rc 2 --nonsense "$S/tree" "$D/new"
copy_rc 0 --compare "$S/tree" "$D/copy"
rm "$D/copy/size-1"
copy_rc 1 --compare "$S/tree" "$D/copy"
