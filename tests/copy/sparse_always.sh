# --sparse=always makes holes of zeros that the source has written.
# fs: ext4 xfs btrfs tmpfs
mkdir "$S/tree"
head -c 1M /dev/zero >"$S/tree/zeros"
{ head -c 300000 /dev/zero; random 5000; head -c 50001 /dev/zero; } >"$S/tree/mixed"
{ random 100; head -c 40M /dev/zero; random 100; } >"$S/tree/large"
copy --sparse=always "$S/tree" "$D/copy"
same_by_rsync "$S/tree" "$D/copy"
sync -f "$D"
is "$(stat -c %b "$D/copy/zeros")" 0
[ "$(($(stat -c '%b*%B' "$D/copy/mixed")))" -lt 40000 ] || fail 'mixed has no holes'
[ "$(($(stat -c '%b*%B' "$D/copy/large")))" -lt 200000 ] || fail 'large has no holes'
