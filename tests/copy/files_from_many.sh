# A list of many names, with options that narrow it.
# fs: tmpfs
make_wide "$S/tree/wide" 5000
(cd "$S/tree" && find . -type f -print0 | sort -z -R) >list
copy --files0-from=list --exclude='name-*7' "$S/tree" "$D/copy"
is "$(find "$D/copy" -type f | wc -l)" 4500
