# Without owners set-id bits would hand out other rights: they are dropped with them.
# fs: tmpfs
mkdir "$S/tree"
for mode in 4755 2755 6755; do
	echo x >"$S/tree/$mode"
	chown 1234:1234 "$S/tree/$mode"
	chmod $mode "$S/tree/$mode"
done
echo mine >"$S/tree/own"
chmod 4755 "$S/tree/own"
copy_rc 1 --no-preserve=owner "$S/tree" "$D/copy"
says 'could not hold mode of 3 objects'
is "$(stat -c %a "$D/copy"/{4755,2755,6755,own} | tr '\n' ' ')" '755 755 755 4755 '
