# Existing non-directories stay untouched, are named and counted; the rest is copied.
# fs: tmpfs ext4
make_basic "$S/tree"
mkdir -p "$D/copy/dir"
echo theirs >"$D/copy/dir/text"
ln -s theirs "$D/copy/dir/link"
mkfifo "$D/copy/empty"
ln -s "$work" "$D/copy/other"
echo theirs >"$D/copy/empty-dir"
list_stat "$D/copy" | grep -E 'text|link|empty|other' >before
copy_rc 1 -T --json "$S/tree" "$D/copy"
is "$(json conflicts)" 5
for name in dir/text dir/link empty other empty-dir; do
	says "copy/$name' exists and was left as it is"
done
list_stat "$D/copy" | grep -E 'text|link|empty|other' >after
same_text 'what was there' before after
is "$(cat "$D/copy/dir/sub/subsub/deep")" deep
absent "$work/dangling"
