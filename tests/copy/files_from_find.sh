# The names as find prints them, in any order: the same as copying the tree.
# fs: tmpfs ext4
make_everything "$S/tree"
chattr -ai "$S"/tree/flags/dir-* # see files_from_frozen
(cd "$S/tree" && find . -print0) >in-order
sort -z -R in-order >shuffled
sort -z -r in-order >backwards
for list in in-order shuffled backwards; do
	copy --files0-from=$list "$S/tree" "$D/$list"
	same "$S/tree" "$D/$list"
done
