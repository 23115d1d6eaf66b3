# More names than the destination allows one object: a further copy, told as a loss of links.
# fs: xfs:ext4
need_cmd python3
mkdir "$S/tree"
echo content >"$S/tree/0"
python3 -c 'import os, sys; [os.link(sys.argv[1] + "/0", "%s/%d" % (sys.argv[1], i)) for i in range(1, 65010)]' "$S/tree"
copy_rc 1 "$S/tree" "$D/copy"
says 'could not hold links of [0-9]+ objects?'
is "$(find "$D/copy" -type f | wc -l)" 65010
is "$(find "$D/copy" -type f -printf '%i\n' | sort -u | wc -l)" 2
is "$(find "$D/copy" -type f -exec cat {} + | sort -u)" content
