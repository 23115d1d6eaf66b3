# --remove: btrfs subvolumes inside are errors and stay; one that is the tree goes. What a snapshot
# has in the place of a subvolume is a directory.
# fs: btrfs
mkdir -p "$S/tree/dir"
echo x | tee "$S/tree/file" >"$S/tree/dir/file"
btrfs -q subvolume create "$S/tree/dir/sub"
btrfs -q subvolume create "$S/tree/empty"
echo y >"$S/tree/dir/sub/file"
for option in -n -j2; do
	copy_rc 1 --remove --json $option "$S/tree"
	says "will not remove the subvolume '$S/tree/dir/sub'"
	says "will not remove the subvolume '$S/tree/empty'"
	is "$(json errors) $(json left)" '2 4'
done
is "$(names_in "$S")" 'tree tree/dir tree/dir/sub tree/dir/sub/file tree/empty'
btrfs -q subvolume create "$S/top"
mkdir "$S/top/dir"
btrfs -q subvolume create "$S/top/dir/nested"
btrfs -q subvolume snapshot "$S/top" "$S/snapshot"
copy --remove "$S/snapshot"
copy_rc 1 --remove "$S/top"
btrfs -q subvolume delete "$S/top/dir/nested"
copy --remove "$S/top"
btrfs -q subvolume delete "$S/tree/empty" "$S/tree/dir/sub"
copy --remove "$S/tree"
is "$(names_in "$S")" ''
