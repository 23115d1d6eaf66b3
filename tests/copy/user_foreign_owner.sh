# Owners that a user may not give are losses, and set-id bits go with them.
# fs: tmpfs
mkdir "$S/tree"
echo x | tee "$S/tree/foreign" "$S/tree/suid" >"$S/tree/own"
chown 65534:65534 "$S/tree/own" "$S/tree" "$D"
chown 1000:1000 "$S/tree/suid"
chmod 6755 "$S/tree/suid"
chmod 6755 "$S/tree/own"
become_nobody
copy_rc 1 -v "$S/tree" "$D/copy"
says "foreign' lost its owner"
says 'could not hold owner of 2 objects'
says "suid' lost its mode"
is "$(stat -c %a:%u:%g "$D/copy/suid")" 755:65534:65534
is "$(stat -c %a:%u:%g "$D/copy/own")" 6755:65534:65534
copy_rc 0 --lossy "$S/tree" "$D/copy2"
