# cp's rule: what a copy is called. Each row: a command line in a prepared folder, and the names
# that are there after it.
# fs: tmpfs
check() {
	local want=$1
	shift
	rm -rf "$D/r"
	mkdir -p "$D/r/dir/in" "$D/r/d2" "$D/r/out"
	(cd "$D/r" && echo f | tee file dir/in/f >dir/g && ln -s out to-out && copy "$@") || exit 1
	is "$(names_in "$D/r/out")" "$want"
}
tree='dir dir/g dir/in dir/in/f'
check "$tree" dir out
check "$tree" dir/ out/
check "$tree" dir// out//
check "$tree" dir to-out
check "$tree" dir to-out/
check "$tree" -t out dir
check "$tree" --target-directory=out dir/
check "new new/g new/in new/in/f" dir out/new
check "new new/g new/in new/in/f" dir out/new/
check "g in in/f" -T dir out
check "g in in/f" dir/. out
check "g in in/f" ./dir/in/.. out
check "$tree" ./out/../dir ./out
check "f" dir/in/f out
check "new" file out/new
check "new" -T file out/new
check "d2 $tree file" file dir d2 out
check "d2 $tree file" -t out file dir d2
check "f in in/f" dir/in dir/in/f out
