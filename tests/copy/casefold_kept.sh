# The casefold flag of directories is kept, set before anything is made inside.
# fs: ext4-casefold
mkdir -p "$S/tree/dir"
chattr +F "$S/tree/dir"
echo content >"$S/tree/dir/Name"
copy "$S/tree" "$D/copy"
same_flags "$S/tree" "$D/copy"
is "$(cat "$D/copy/dir/nAmE")" content
