# fs: tmpfs ext4:xfs
# Few file descriptors: 64 are enough for any tree; a table that is full for a moment costs nothing.
. "$1/fault/faults.bash"
mkdir "$S/t"
at=$S/t
for i in $(seq 200); do
	mkdir -p "$at"/{a,b,c,d}1 && echo "$i" | tee "$at"/{file,a1/x,b1/y} >/dev/null
	at=$at/d1
done
random 40000000 >"$S/t/large"
cp "$S/t/large" "$S/t/a1/large2"
make_links "$S/t/links"
for limit in 64 32 24; do
	for threads in 1 8; do
		(ulimit -n $limit && copy -j$threads "$S/t" "$D/t") || fail "with $limit descriptors"
		same_by_rsync "$S/t" "$D/t"
		[ $threads = 1 ] || (ulimit -n $limit && copy_rc 0 -j$threads --compare "$S/t" "$D/t")
		rm -r "$D/t"
	done
done
make_basic "$S/b"
for error in EMFILE ENFILE; do
	for fault in "openat:$error:%7" "creat:$error:%3"; do
		faulty 0 "$fault" -j2 "$S/b" "$D/b"
		same_by_rsync "$S/b" "$D/b"
		rm -r "$D/b"
	done
done
