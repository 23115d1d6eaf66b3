# A list of names can be copied to a place inside the source: what is not named is not entered. The
# place itself can only be named as a directory, and without anything in it.
# fs: tmpfs ext4
mkdir -p "$S/tree/a" "$S/tree/zones"
echo 1 >"$S/tree/a/file"
echo 2 >"$S/tree/other"
printf '%s\0' a a/file >list
copy -T --files0-from=list "$S/tree" "$S/tree/zones/new"
is "$(names_in "$S/tree/zones/new")" 'a a/file'
cmp "$S/tree/a/file" "$S/tree/zones/new/a/file"
is "$(cd "$S/tree" && find . -type f | sort | tr '\n' ' ')" './a/file ./other ./zones/new/a/file '
# Without a list, that has no end.
copy_rc 1 -T "$S/tree" "$S/tree/zones/all"
absent "$S/tree/zones/all"
printf '%s\0' other zones/whole zones/whole/other >list
copy_rc 1 -T --files0-from=list "$S/tree" "$S/tree/zones/whole"
is "$(names_in "$S/tree/zones/whole")" 'other zones'
