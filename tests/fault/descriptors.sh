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
# Wherever it is full: what has flags, is frozen and replaced, or is of another type.
mkdir "$S/f" "$S/f/dir" && echo new | tee "$S/f/nodump" "$S/f/frozen" >"$S/f/type"
mkdir "$D/f" && echo old | tee "$D/f/frozen" "$D/f/dir" >/dev/null && mkdir "$D/f/type"
chattr +d "$S/f/nodump" && chattr +i "$S/f/frozen"
copy_rc 1 -j1 --compare "$S/f" "$D/f"
cp "$work/out" different
for at in {1..3}:{nodump,frozen,type,dir}; do
	FAULT=dup:EMFILE:1,openat:EMFILE:$at copy_rc 1 -j1 --compare "$S/f" "$D/f"
	diff different "$work/out" || fail "with a full table at opening $at"
	cp -a "$D/f" "$D/again" && chattr +i "$D/again/frozen"
	FAULT=dup:EMFILE:1,openat:EMFILE:$at copy_rc 1 -j1 --overwrite --json -T "$S/f" "$D/again"
	is "$(json errors) $(json conflicts) $(json losses) $(json replaced)" '0 1 0 1'
	lsattr "$D/again/nodump" | grep -q '^[^ ]*d' || fail 'lost a flag'
	chattr -i "$D/again/frozen" && rm -r "$D/again"
done
chattr -i "$S/f/frozen"
