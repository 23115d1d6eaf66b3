# Names that land on different file systems cannot be links: copies each, links within each.
# fs: tmpfs
mkdir -p "$S/tree/sub" "$D/copy/sub"
echo content >"$S/tree/a"
ln "$S/tree/a" "$S/tree/b"
ln "$S/tree/a" "$S/tree/sub/c"
ln "$S/tree/a" "$S/tree/sub/d"
mount -t tmpfs tmpfs "$D/copy/sub"
copy_rc 1 -T "$S/tree" "$D/copy"
says 'could not hold links of [12] objects?'
is "$(cat "$D/copy"/{a,b,sub/c,sub/d} | sort -u)" content
is "$(find "$D/copy" -type f | wc -l)" 4
