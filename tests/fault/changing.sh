# fs: ext4 tmpfs
# Files that change while they are copied: the copy ends, says so, and no copy of a changed file has
# its source's mtime, so that --update does it again. One change at least comes while it is read.
. "$1/fault/faults.bash"
need_any_method
mkdir "$S/t"
random 20000000 >"$S/t/file"
random 20000000 >"$S/t/still"
for way in grow truncate punch; do
	for option in --sparse=auto --reflink=never --sparse=never; do
		rm -rf "$D/t"
		start "$helpers/fault_churn" $way "$S/t/file"
		faulty 1 'copy_file_range:modify:1:t/file,pread:modify:1:t/file' $option -j2 "$S/t" "$D/t"
		stop_all
		says 'file.*(grew|shrank|modified|changed)'
		cmp "$S/t/still" "$D/t/still"
		[ "$(stat -c %y "$S/t/file")" != "$(stat -c %y "$D/t/file")" ] || fail "$way: looks finished"
		copy -u -T "$S/t" "$D/t"
		cmp "$S/t/file" "$D/t/file"
		truncate -s 20000000 "$S/t/file"
	done
done
# Small files are written at once, in the very tick of the clock in which they were changed.
rm -r "$D/t" "$S/t" && mkdir "$S/t"
for i in $(seq 20); do echo content >"$S/t/small$i"; done
faulty 1 'copy_file_range:modify:*:t/small,pread:modify:*:t/small' -j2 "$S/t" "$D/t"
for i in $(seq 20); do
	[ "$(stat -c %y "$S/t/small$i")" != "$(stat -c %y "$D/t/small$i")" ] || fail 'a small file looks finished'
done
copy -u -T "$S/t" "$D/t"
diff -r "$S/t" "$D/t"
# Replaced under our hands: one of the two, whole.
rm -r "$D/t" "$S/t" && mkdir "$S/t" && head -c 65536 /dev/zero | tr '\0' x >"$S/t/file"
start "$helpers/fault_churn" replace "$S/t/file"
for i in $(seq 15); do
	treecp --exclude='*.new' "$S/t" "$D/$i" || [ $? -eq 1 ] || fail "status $?"
	[ ! -e "$D/$i/file" ] || is "$(md5sum <"$D/$i/file")" "$(head -c 65536 /dev/zero | tr '\0' x | md5sum)"
done
stop_all
# Names and directories that vanish.
for i in $(seq 8); do
	mkdir -p "$S/v"/{1..40}/{a,b} && touch "$S/v"/{1..40}/{a,b}/{1..9}
	rm -rf "$S/v" &
	treecp -j2 "$S/v" "$D/v$i" || [ $? -eq 1 ] || fail "status $?"
	wait $!
	[ ! -s "$work/err" ] || says 'vanished|No such file|no directory any more'
done
# A lease makes opening wait, not fail.
if [ "$(stat -f -c %T "$S")" != tmpfs ]; then
	mkdir "$S/l" && echo leased >"$S/l/file"
	start "$helpers/fault_churn" lease "$S/l/file"
	sleep 0.1
	copy "$S/l" "$D/l"
	is "$(cat "$D/l/file")" leased
fi
