# --overwrite puts a new object in the place of each: who holds the old one sees it unchanged, and
# no other name of it is touched.
# fs: tmpfs ext4 xfs btrfs
make_basic "$S/tree"
copy "$S/tree" "$D/copy"
echo theirs >"$D/victim"
ln -f "$D/victim" "$D/copy/size-4096"
ln -sf "$D/victim" "$D/copy/size-4097"
old=$(inode "$D/copy/size-1000003")
exec 9<"$D/copy/size-1000003"
copy --overwrite -T "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
is "$(cat "$D/victim") $(stat -c '%h %F' "$D/victim")" 'theirs 1 regular file'
[ "$(inode "$D/copy/size-1000003")" != "$old" ] || fail 'written in place'
cmp - "$S/tree/size-1000003" <&9
absent "$D"/copy/.treecp*
