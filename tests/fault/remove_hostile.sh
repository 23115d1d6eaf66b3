# fs: tmpfs ext4 xfs btrfs
# Directories, files and symbolic links that lead outside are exchanged by the tree's owner while
# root removes it: nothing outside is touched, and a second run, with nobody about, leaves nothing.
. "$1/fault/faults.bash"
need_cmd setpriv
make_basic "$D/victim"
make_tree() {
	local i
	mkdir "$S/t" "$S/t/links"
	for i in $(seq 60); do
		mkdir -p "$S/t/o$i/dir/sub" "$S/t/o$i"/{empty-dir,other}
		echo "$i" | tee "$S/t/o$i"/{size-1,empty,dir/{text,program,sub/x}} "$S/t/links/f$i" >/dev/null
		ln -s "$D/victim" "$S/t/links/$i"
		ln -s "$D/victim/dir" "$S/t/o$i/link"
	done
	chown -hR 1000 "$S/t"
	chmod 755 "$S" "$S/.."
}
churn() {
	start setpriv --reuid=1000 --clear-groups -- "$work/churn" exchange "$@" 2>/dev/null
}
install -m 755 "$helpers/fault_churn" "$work/churn"
before=$(fingerprint "$D/victim")
for round in $(seq 4); do
	make_tree
	for i in 5 25 45; do
		churn "$S/t/o$i" "$S/t/links/$i"
		churn "$S/t/o$((i + 1))/dir" "$S/t/o$((i + 1))/link"
		churn "$S/t/o$((i + 2))/dir" "$S/t/links/f$i"
		churn "$S/t/o$((i + 3))" "$S/t/o$((i + 4))"
	done
	FAULT="unlinkat:slow:%$((round * 7))" treecp --remove -j4 "$S/t" || [ $? -eq 1 ] \
		|| fail "status $?"
	stop_all
	[ "$(fingerprint "$D/victim")" = "$before" ] || fail 'outside of the tree'
	[ ! -e "$S/t" ] || copy --remove "$S/t"
	absent "$S/t"
done
