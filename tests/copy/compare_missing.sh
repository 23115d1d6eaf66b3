# --compare with a tree that is not there, single files, and the rule for directories.
# fs: tmpfs
make_basic "$S/tree"
copy "$S/tree" "$D/copy"
copy_rc 1 --compare "$S/tree" "$D/nowhere"
copy_rc 1 --compare "$S/nowhere" "$D/copy"
copy_rc 0 --compare "$S/tree/size-1" "$D/copy/size-1"
copy_rc 1 --compare "$S/tree/size-1" "$D/copy/size-4095"
prints 'size: 1 / 4095'
copy_rc 0 --compare "$S/tree/" "$D/copy/"
