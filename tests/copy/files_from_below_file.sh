# A name below a file is wrong; the name of the file itself, after it, is right.
# fs: tmpfs
mkdir -p "$S/tree/dir"
echo content | tee "$S/tree/dir/file" >"$S/tree/file"
printf '%s\0' dir/file/below dir/file file/below file >list
copy_rc 1 --files0-from=list "$S/tree" "$D/copy"
is "$(names_in "$D/copy")" 'dir dir/file file'
