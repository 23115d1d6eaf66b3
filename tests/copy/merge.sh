# Existing directories are merged into: what they have besides stays, their metadata becomes the
# source's.
# fs: tmpfs xfs
make_basic "$S/tree"
chown 10:20 "$S/tree/dir"
chmod 2710 "$S/tree/dir"
mkdir -p "$D/copy/dir/extra"
setfattr -n user.theirs -v x "$D/copy/dir"
echo theirs >"$D/copy/dir/theirs"
copy -T "$S/tree" "$D/copy"
is "$(cat "$D/copy/dir/theirs")" theirs
rm -r "$D/copy/dir/theirs" "$D/copy/dir/extra"
touch -r "$S/tree/dir" "$D/copy/dir"
same "$S/tree" "$D/copy"
