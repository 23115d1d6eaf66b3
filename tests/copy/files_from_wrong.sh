# Names that lead outside, or nowhere, are named and make the status 1; the others are copied.
# fs: tmpfs
make_basic "$S/tree"
echo secret >"$S/secret"
ln -s "$S" "$S/tree/out"
printf '%s\0' ../secret dir/../../secret /etc/passwd out/secret nowhere dir/text "" >list
copy_rc 1 --files0-from=list "$S/tree" "$D/copy"
is "$(names_in "$D/copy")" 'dir dir/text'
for name in '/\.\./secret' 'dir/\.\./\.\./secret' '/etc/passwd' 'out' 'nowhere'; do
	says "$name'"
done
absent "$D/secret"
copy_rc 2 --files0-from=missing "$S/tree" "$D/copy2"
absent "$D/copy2"
