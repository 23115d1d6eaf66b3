# The source itself is never left out; what is left out is not looked at, nor compared.
# fs: tmpfs
mkdir -p "$S/tree/secret"
touch "$S/tree/file" "$S/tree/secret/file"
copy --exclude=tree --exclude=secret "$S/tree" "$D/tree"
is "$(names_in "$D/tree")" file
touch -r "$S/tree" "$D/tree"
copy --compare --exclude=secret "$S/tree" "$D/tree"
copy_rc 1 --compare "$S/tree" "$D/tree"
