# A large file is divided among threads: every byte in its place, metadata at the end.
# fs: ext4 tmpfs xfs:ext4
mkdir "$S/tree"
random 123456789 >"$S/tree/large"
random 33554432 >"$S/tree/at-the-limit"
random 33554433 >"$S/tree/above-it"
ln "$S/tree/large" "$S/tree/large-too"
chown 5:6 "$S/tree/large"
chmod 6755 "$S/tree/large"
setcap cap_net_raw+ep "$S/tree/large"
setfattr -n user.large -v yes "$S/tree/large"
touch -d '2001-01-01 01:01:01.111111111' "$S/tree/large"
copy --reflink=never -j4 "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
