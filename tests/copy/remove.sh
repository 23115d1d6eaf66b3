# --remove: everything is gone, as after rm -rf, and nothing beside it; the counts are find's.
# fs: ext4 xfs btrfs tmpfs
# All kinds of object; one file has another name beside the tree, one is open.
count() { find "$S/tree" -type "$1" -printf x | wc -c; }
make_everything "$S/tree"
mkdir "$S/beside"
echo linked >"$S/beside/file"
ln "$S/beside/file" "$S/tree/second-name"
ln -s "$S/beside" "$S/tree/names/to-beside"
ln -s .. "$S/tree/names/up"
exec 9<"$S/tree/basic/size-1000003"
counts="$(count f) $(count d) $(count l) $(count p) $(count s) $(count c) $(count b)"
# What a file takes of storage counts with one of its names; it is settled when it is there.
sync -f "$S"
bytes=$(find "$S/tree" -type f -printf '%i %b\n' | sort -u | awk '{ sum += $2 * 512 } END { print sum }')
shown() {
	echo "$(json files) $(json directories) $(json symlinks) $(json fifos) $(json sockets)" \
		"$(json char_devices) $(json block_devices)"
}
list_stat "$S/tree" >all
copy_rc 0 --remove -n --json "$S/tree"
list_stat "$S/tree" >all2
same_text 'before and after a dry run' all all2
is "$(shown)" "$counts"
is "$(json bytes_found)" "$bytes"
is "$(wc -l <err)" "$(find "$S/tree" -printf x | wc -c)"
copy --remove --json "$S/tree/"
is "$(shown)" "$counts"
is "$(json left) $(json errors) $(json exit_status)" '0 0 0'
is "$(names_in "$S")" 'beside beside/file'
is "$(cat "$S/beside/file") $(stat -c %h "$S/beside/file")" 'linked 1'
is "$(wc -c <&9)" 1000003
