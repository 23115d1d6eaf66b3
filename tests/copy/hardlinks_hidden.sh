# A directory lists the number of what a mount hides: what is there now counts, not what is listed.
# fs: tmpfs ext4
mkdir -p "$S/tree/first" "$S/tree/second"
echo linked >"$S/tree/first/a"
for name in b c d; do
	ln "$S/tree/first/a" "$S/tree/second/$name"
done
mkdir "$S/other"
echo other >"$S/other/file"
touch "$S/tree/second/c"
mount --bind "$S/other/file" "$S/tree/second/c"
copy -j1 "$S/tree" "$D/copy"
is "$(cat "$D"/copy/first/a "$D"/copy/second/{b,c,d} | tr '\n' ' ')" 'linked linked other linked '
is "$(stat -c %h "$D/copy/second/b")" 3
is "$(stat -c %h "$D/copy/second/c")" 1
copy -x "$S/tree" "$D/inside"
is "$(find "$D/inside" -type f -links 3 | wc -l)" 3
absent "$D/inside/second/c"
