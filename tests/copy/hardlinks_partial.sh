# Names of an object outside of the source do not matter, and are not touched.
# fs: tmpfs
mkdir "$S/tree"
echo content >"$S/tree/inside"
ln "$S/tree/inside" "$S/outside"
copy "$S/tree" "$D/copy"
is "$(stat -c %h "$D/copy/inside")" 1
is "$(stat -c %h "$S/outside")" 2
