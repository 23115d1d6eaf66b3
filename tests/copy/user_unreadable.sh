# What a user may not read is an error each; the rest is copied.
# fs: tmpfs ext4
make_basic "$S/tree"
chown -hR 65534:65534 "$S/tree" "$D"
echo secret >"$S/tree/unreadable"
mkdir "$S/tree/closed" "$S/tree/unlistable"
echo secret | tee "$S/tree/closed/file" >"$S/tree/unlistable/file"
chmod 600 "$S/tree/unreadable"
chmod 700 "$S/tree/closed"
chmod 711 "$S/tree/unlistable"
become_nobody
copy_rc 1 --lossy "$S/tree" "$D/copy"
says "unreadable'.*Permission denied"
says "closed'.*Permission denied"
says "unlistable'.*Permission denied"
absent "$D/copy/unreadable" "$D/copy/closed/file" "$D/copy/unlistable/file"
rm -r "$S/tree"/{unreadable,closed,unlistable}
rm -rf "$D/copy"/{closed,unlistable}
touch -r "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
