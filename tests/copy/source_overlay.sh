# An overlay of two layers is copied as what it shows.
# fs: overlay:tmpfs overlay:ext4
make_basic "$S/tree"
make_acls "$S/tree/acls"
mkdir "$S/tree/links"
echo content >"$S/tree/links/a"
ln "$S/tree/links/a" "$S/tree/links/b"
copy "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
