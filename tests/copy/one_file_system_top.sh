# -x: a SOURCE that is a mount point itself is copied; each SOURCE has a file system of its own.
# fs: tmpfs
mkdir "$S/a" "$S/b" "$D/out"
mount -t tmpfs tmpfs "$S/a"
mount -t tmpfs tmpfs "$S/b"
echo content | tee "$S/a/file" >"$S/b/file"
copy -x "$S/a" "$S/b" "$D/out"
is "$(names_in "$D/out")" 'a a/file b b/file'
printf 'file\0' >list
copy -x --files0-from=list "$S/a" "$D/new"
is "$(names_in "$D/new")" file
