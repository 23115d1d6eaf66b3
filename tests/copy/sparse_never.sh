# --sparse=never and --no-preserve=sparse write zeros where the source has holes.
# fs: ext4 xfs tmpfs
make_sparse "$S/tree"
copy --sparse=never "$S/tree" "$D/copy"
copy --no-preserve=sparse --reflink=never "$S/tree" "$D/copy2"
same_by_rsync "$S/tree" "$D/copy"
same_by_rsync "$S/tree" "$D/copy2"
sync -f "$D"
for file in only-hole leading fragments; do
	[ "$(($(stat -c '%b*%B' "$D/copy/$file")))" -ge "$(stat -c %s "$D/copy/$file")" ] || fail "$file has holes"
	[ "$(($(stat -c '%b*%B' "$D/copy2/$file")))" -ge "$(stat -c %s "$D/copy2/$file")" ] || fail "$file has holes"
done
