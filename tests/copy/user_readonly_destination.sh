# A destination that cannot be written to: an error, nothing else.
# fs: tmpfs
make_basic "$S/tree"
chmod -R a+rX "$S/tree"
become_nobody
copy_rc 1 "$S/tree" "$D/copy"
says 'Permission denied'
absent "$D/copy"
mount -o remount,ro "$work/fs"
copy_rc 1 "$S/tree" "$D/copy"
