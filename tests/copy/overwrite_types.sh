# --overwrite replaces a non-directory by anything, a directory put in the place of a file too; a
# directory in the way of a non-directory stays, as a conflict.
# fs: tmpfs ext4
mkdir -p "$S/tree/dir" "$D/copy/file"
echo content | tee "$S/tree/file" >"$S/tree/dir/inside"
ln -s x "$S/tree/link"
echo theirs | tee "$D/copy/dir" "$D/copy/link" >"$D/copy/file/keep"
copy_rc 1 --overwrite -T "$S/tree" "$D/copy"
says "copy/file' exists"
is "$(cat "$D/copy/file/keep")" theirs
is "$(cat "$D/copy/dir/inside")" content
is "$(readlink "$D/copy/link")" x
# A symbolic link to a directory is no directory: it is not followed.
mkdir "$D/outside" "$D/second"
ln -s "$D/outside" "$D/second/dir"
copy --overwrite -T "$S/tree" "$D/second"
[ -d "$D/second/dir" ] && [ ! -L "$D/second/dir" ] || fail 'still a link'
is "$(names_in "$D/outside")" ''
