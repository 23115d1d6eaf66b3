# Devices and trusted attributes are root's: errors and losses for others; fifos and sockets not.
# fs: tmpfs
make_special "$S/tree"
chown -hR 65534:65534 "$S/tree" "$D"
chmod 755 "$S/tree"
become_nobody
copy_rc 1 "$S/tree" "$D/copy"
says "cannot create '.*chr': Operation not permitted"
says "cannot create '.*blk': Operation not permitted"
[ -p "$D/copy/fifo" ] && [ -S "$D/copy/socket" ] || fail 'no fifo or socket'
