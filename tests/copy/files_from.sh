# --files0-from copies what is named and the directories above it, with their metadata; order and
# repetition do not matter.
# fs: tmpfs ext4:xfs
make_basic "$S/tree"
chown 3:4 "$S/tree/dir/sub"
chmod 2750 "$S/tree/dir/sub"
touch -d 2001-01-01 "$S/tree/dir/sub" "$S/tree/dir" "$S/tree"
printf "%s\0" dir/sub/subsub/deep empty ./dir/link other/dangling dir//text dir/sub/subsub empty-dir >list
copy --files0-from=list "$S/tree" "$D/copy"
is "$(names_in "$D/copy")" 'dir dir/link dir/sub dir/sub/subsub dir/sub/subsub/deep dir/text empty empty-dir other other/dangling'
copy --files0-from=- "$S/tree" "$D/copy2" <list
for copy in copy copy2; do
	out=$(rsync -aHAXn --existing --checksum --itemize-changes "$S/tree/" "$D/$copy/")
	is "$out" ''
done
