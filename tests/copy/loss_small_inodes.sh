# ext4 with 128-byte inodes has neither nanoseconds nor times after 2038.
# fs: ext4:ext4-128
mkdir "$S/tree"
touch -d '2001-01-01 01:01:01.123456789' "$S/tree/fine"
touch -d '2040-01-01' "$S/tree/late"
touch -d '2001-01-01' "$S/tree/whole" "$S/tree"
copy_rc 1 -v "$S/tree" "$D/copy"
says "fine' lost its mtime"
says "late' lost its mtime"
says 'could not hold mtime of 2 objects'
is "$(grep -c 'could not hold' err)" 2
no grep -q whole err
copy_rc 0 --lossy "$S/tree" "$D/copy2"
says 'could not hold mtime of 2 objects'
