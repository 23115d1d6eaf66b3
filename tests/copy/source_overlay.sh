# An overlay of two layers is copied as what it shows.
# fs: overlay:tmpfs overlay:ext4
make_basic "$S/tree"
make_acls "$S/tree/acls"
mkdir "$S/tree/links"
echo content >"$S/tree/links/a"
ln "$S/tree/links/a" "$S/tree/links/b"
copy "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
# Of its layers one has flags and the other has not: whichever is met first, those there are kept.
mkdir "$work/none" "$work/none.o" "$work/layers"
mount -t ramfs ramfs "$work/none"
mount -t tmpfs tmpfs "$work/none.o" && mkdir "$work/none.o"/{upper,work}
touch "$work/none"/lower{1..9}
mount -t overlay -o "lowerdir=$work/none,upperdir=$work/none.o/upper,workdir=$work/none.o/work" \
	overlay "$work/layers"
touch "$work/layers"/upper{1..9} && chattr +d "$work/layers"/upper*
for order in forth back; do
	[ $order = forth ] && names=(lower{1..9} upper{1..9}) || names=(upper{1..9} lower{1..9})
	printf '%s\0' "${names[@]}" >list
	copy -j1 --files0-from=list "$work/layers" "$D/$order"
	is "$(lsattr "$D/$order" | grep -c '^[^ ]*d[^ ]* ')" 9
done
umount "$work/layers" "$work/none" "$work/none.o"
