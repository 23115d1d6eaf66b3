# zoneadm: a zone that is changed after the index was read, and before its file is.
# fs: tmpfs
. "$tests/zone/lib.sh"
need_cmd strace
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
export ASAN_OPTIONS=detect_leaks=0 # does not work under a tracer

for zone in a b; do
	make_zone $zone
done

# slowly STATUS COMMANDS ARGUMENT...: zoneadm, which must end with this status, is stopped when it has
# opened the index, and has not opened the zone's file; meanwhile zonecfg changes zone a.
slowly() {
	local want=$1 commands=$2 nth pid rc=0
	shift 2
	nth=$(strace -qq -e trace=openat -P /etc/zones "$ZONEADM" "$@" 2>&1 |
		awk '/^openat/ { n++ } /"index"/ && !file { nth = n } /"a\.xml"/ { file = 1 } END { print nth }')
	rm -f calls
	strace -f -qq -o calls -e trace=openat -P /etc/zones -e "inject=openat:signal=SIGSTOP:when=$nth" \
		"$ZONEADM" "$@" >"$work/slow" 2>"$work/slow-err" &
	pid=$!
	wait_for grep -qs 'stopped by SIGSTOP' calls
	zonecfg -z a "$commands"
	kill -CONT "$(awk 'END { print $1 }' calls)"
	wait "$pid" || rc=$?
	is "$rc" "$want"
}

slowly 0 'set zonename=c; commit' list -cv
[ ! -s "$work/slow-err" ] || fail "$(cat "$work/slow-err")"
zoneadm list -cv
same_text 'the list while a zone is renamed' "$work/out" "$work/slow"
prints ' c '

zonecfg -z c 'delete -F'
make_zone a
slowly 1 'delete -F' -z a list -v
is "$(cat "$work/slow-err")" 'zoneadm: a: No such zone configured'
[ ! -s "$work/slow" ] || fail 'a zone that is no more'

# verify looks twice, too, before it says that index and configuration differ.
make_zone a
slowly 0 'set zonepath=/zones/new; commit' -z a verify
grep -q 'WARNING: zonepath /zones/new does not exist yet' "$work/slow-err" ||
	fail "$(cat "$work/slow-err")"
