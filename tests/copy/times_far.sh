# Times beyond what a file system can hold are told as losses.
# fs: btrfs:ext4
mkdir "$S/tree"
touch -d '2500-01-01' "$S/tree/far"
touch -d '1850-01-01' "$S/tree/past"
touch -d '2001-01-01' "$S/tree" "$S/tree/ordinary"
copy_rc 1 -v "$S/tree" "$D/copy"
says "far' lost its mtime"
says "past' lost its mtime"
says 'could not hold mtime of 2 objects'
no grep -q ordinary err
