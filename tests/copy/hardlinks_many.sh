# More names than the destination allows one object: one further copy, told as a loss of links,
# also where many workers meet the limit while that copy is being made.
# fs: xfs:ext4
need_cmd python3
mkdir "$S/tree"
head -c 8M /dev/urandom >"$S/tree/0"
python3 -c 'import os, sys; [os.link(sys.argv[1] + "/0", "%s/%d" % (sys.argv[1], i)) for i in range(1, 66000)]' "$S/tree"
copy_rc 1 -j 8 "$S/tree" "$D/copy"
says 'could not hold links of 1 object'
is "$(find "$D/copy" -type f | wc -l)" 66000
is "$(find "$D/copy" -type f -printf '%i\n' | sort -u | wc -l)" 2
find "$D/copy" -type f -printf '%i %p\n' | sort -u -k 1,1 | while read -r _ name; do
	cmp "$S/tree/0" "$name" || exit 1
done || fail 'a copy has other content'
