# Two sources of one name: the directories merge, the second file is a conflict and not a silent
# replacement.
# fs: tmpfs
mkdir -p "$S/a/dir" "$S/b/dir" "$D/out"
echo a | tee "$S/a/file" "$S/a/dir/same" >"$S/a/dir/a"
echo b | tee "$S/b/file" "$S/b/dir/same" >"$S/b/dir/b"
copy_rc 1 -j1 "$S/a/file" "$S/b/file" "$D/out"
says "file' exists"
grep -qx '[ab]' "$D/out/file"
copy_rc 1 "$S/a/dir" "$S/b/dir" "$D/out"
says "same' exists"
is "$(names_in "$D/out/dir")" 'a b same'
