# fs: tmpfs:ext4
# More links than ext4 allows for one inode (65,000): the rest share a second copy, which is told as
# a loss; with --lossy that is no failure; and a second run finds nothing else to say.
. "$1/fault/faults.bash"
echo text >"$S/first" && mkdir "$S/t" && "$helpers/fault_plant" links "$S/t" "$S/first" 70000
for threads in 1 4; do
	copy_rc 1 -j$threads --json "$S/t" "$D/t"
	says 'links'
	is "$(json errors)" 0
	is "$(find "$D/t" -type f | wc -l)" 70000
	inodes=$(find "$D/t" -type f -printf '%i\n' | sort -u | wc -l)
	[ "$inodes" -le $((1 + threads)) ] || fail "$inodes inodes"
	copy_rc 0 -j$threads --lossy -u -T "$S/t" "$D/t"
	is "$(find "$D/t" -type f -size 5c | wc -l)" 70000
	rm -r "$D/t"
done
# Each name fails as the first one, while others come to wait for it: this takes no more descriptors
# than one of them does.
(ulimit -n 32 && faulty 1 'pwrite:EIO:*' -j2 --json "$S/t" "$D/t") || exit 1
silent_about 'open files'
is "$(json errors)" 70000
is "$(names_in "$D/t")" ''
# The file system may also refuse a single link, when it is tried again, too.
mkdir "$S/few" && "$helpers/fault_plant" links "$S/few" "$S/first" 20
for error in EMLINK EPERM EXDEV; do
	faulty 1 "linkat:$error:3,linkat:$error:3" -j1 --json "$S/few" "$D/few"
	is "$(json errors) $(json losses)" '0 1'
	diff -r "$S/few" "$D/few"
	rm -r "$D/few"
done
