# A name that is met twice does not count as two: hard links are kept in what comes after it. Sources
# that overlap, names that a list repeats, a directory that is mounted twice.
# fs: tmpfs
mkdir -p "$S/tree/sub" "$D/both"
echo content >"$S/tree/sub/a"
ln "$S/tree/sub/a" "$S/tree/sub/b"
for threads in 1 8; do
	copy -j$threads -t "$D/both" --verify "$S/tree" "$S/tree/sub"
	is "$(find "$D/both" -type f -links 4 | wc -l)" 4
	rm -r "$D/both"/*
done
printf '%s\0' sub/a sub/a sub/b ./sub//a sub/b >list
for mode in --update --overwrite; do
	copy -j1 $mode --verify --files0-from=list "$S/tree" "$D/list"
	is "$(find "$D/list" -type f -links 2 | wc -l)" 2
	rm -r "$D/list"
done
copy_rc 1 --json --files0-from=list "$S/tree" "$D/list"
is "$(find "$D/list" -type f -links 2 | wc -l)" 2
is "$(json conflicts)" 3
mkdir -p "$S/bound"
for i in {1..400}; do
	mkdir "$S/bound/$i"
	echo "$i" >"$S/bound/$i/a"
	ln "$S/bound/$i/a" "$S/bound/b$i"
done
mkdir "$S/mounted" "$S/mounted/1" "$S/mounted/2"
mount --bind "$S/bound" "$S/mounted/1"
mount --bind "$S/bound" "$S/mounted/2"
for threads in 1 8; do
	copy -j$threads --verify "$S/mounted" "$D/mounted"
	same_links "$S/mounted" "$D/mounted"
	copy -j$threads --update --json -T "$S/mounted" "$D/mounted"
	is "$(json replaced)" 0
	rm -r "$D/mounted"
done
umount "$S/mounted/1" "$S/mounted/2"
