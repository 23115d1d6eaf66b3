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
# They come one after the other: the first has the name, the last tells what the directory is like.
mkdir "$S/c" "$S/c/dir"
echo c >"$S/c/dir/same"
for i in {1..3000}; do : >"$S/a/dir/$i"; done
chmod 700 "$S/a/dir" && chmod 750 "$S/c/dir"
for _ in 1 2 3; do
	rm -r "$D/out/dir"
	copy_rc 1 -j8 --json "$S/a/dir" "$S/b/dir" "$S/c/dir" "$D/out"
	is "$(json conflicts)" 2
	is "$(cat "$D/out/dir/same") $(stat -c %a "$D/out/dir")" 'a 750'
done
