# vfat holds next to nothing: each class is told once with its count, special objects are errors,
# contents are whole.
# fs: ext4:vfat
make_basic "$S/tree"
rm -r "$S/tree/other" "$S/tree/dir/link"
echo x >"$S/tree/owned"
chown 5:6 "$S/tree/owned"
chmod 4711 "$S/tree/owned"
ln "$S/tree/owned" "$S/tree/linked"
mkfifo "$S/tree/fifo"
copy_rc 1 "$S/tree" "$D/copy"
for class in owner mode links mtime; do
	says "could not hold $class of [0-9]+ objects?"
done
says "cannot create '.*fifo'"
rm "$S/tree/fifo"
copy_rc 0 --lossy "$S/tree" "$D/lossy"
is "$(rsync -rcn --delete --itemize-changes "$S/tree/" "$D/lossy/")" ''
