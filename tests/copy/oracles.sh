# The oracles of these tests find what differs: each must fail on the one thing it is for.
# fs: ext4
make_basic "$S/tree"
make_xattrs "$S/tree/x"
ln "$S/tree/size-1" "$S/tree/linked"
finds() {
	local oracle=$1
	shift
	rm -rf "$D/copy"
	cp -a "$S/tree" "$D/copy"
	touch -d 2001-01-01 "$S/tree" "$D/copy" "$S/tree/x" "$D/copy/x"
	(cd "$D/copy" && "$@" && touch -d 2001-01-01 . x)
	(trap - ERR && "$oracle" "$S/tree" "$D/copy" >/dev/null 2>&1) && fail "$oracle does not find: $*"
	return 0
}
finds same_by_stat chmod 640 size-4095
finds same_by_stat touch -d 2001-01-01 size-4095
finds same_by_stat ln -sfn x dir/link
finds same_by_rsync sh -c 'printf xxxxxxxx | dd of=size-4096 bs=1 seek=9 conv=notrunc status=none; touch -r "$0" size-4096' "$S/tree/size-4096"
finds same_by_rsync rm empty
finds same_by_rsync touch extra
finds same_links sh -c 'cp -a linked x/l; mv x/l linked'
finds same_acls setfacl -m u:1:r size-1
finds same_xattrs setfattr -n user.plain -v other x/file
finds same_caps setcap -r x/suid
finds same_flags chattr +d size-1
