# fs: tmpfs
# Little memory: each run is whole, or is refused or stopped with 1 or 3; it never crashes or hangs.
. "$1/fault/faults.bash"
! is_sanitized || skip 'sanitizers need all address space there is'
make_basic "$S/t"
make_links "$S/t/links"
seen=''
for kib in 4000 6000 8000 9000 10000 11000 12000 14000 16000 20000 30000 60000 120000; do
	rc=0
	(ulimit -v $kib && exec "$program" -j4 "$S/t" "$D/t") >"$work/out" 2>&1 || rc=$?
	case $rc in
	0) same_by_rsync "$S/t" "$D/t" ;;
	1 | 3) grep -q . "$work/out" || fail "status $rc and no word" ;;
	127) ;; # the loader itself found no room
	*) fail "status $rc with $kib KiB: $(cat "$work/out")" ;;
	esac
	seen="$seen $rc"
	rm -rf "$D/t"
done
[ "$rc" -eq 0 ] || fail "120 MB are not enough: $(cat "$work/out")"
case $seen in *[13]*) ;; *) fail "no limit was too small:$seen" ;; esac
