# --dry-run changes nothing on either side, and names all that would be done.
# fs: ext4
make_basic "$S/tree"
make_links "$S/tree/links"
mkdir -p "$D/copy/dir"
echo theirs >"$D/copy/dir/text"
before=$(list_stat "$D")
copy_rc 1 -n -T "$S/tree" "$D/copy"
says "dir/text' exists"
is "$(list_stat "$D")" "$before"
copy -n -v "$S/tree" "$D/new"
absent "$D/new"
is "$(grep -c '^would have \(created\|linked\) ' out)" "$(find "$S/tree" -printf x | wc -c)"
prints "would have created '$D/new/dir/sub/subsub/deep'"
copy -n --overwrite -v -T "$S/tree" "$D/copy"
prints "would have replaced '$D/copy/dir/text'"
copy_rc 1 -n "$S/tree" "$S/tree/dir"
is "$(list_stat "$D")" "$before"
