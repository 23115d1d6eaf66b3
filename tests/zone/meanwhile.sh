# zoneadm: a zone that is changed after the index was read, and before its file is.
# fs: tmpfs
. "$tests/zone/lib.sh"
need_cmd strace

for zone in a b; do
	make_zone $zone
done

# slowly STATUS COMMANDS ARGUMENT...: zoneadm, which must end with this status, waits before it opens
# the second file of the registry, the first being the index; meanwhile zonecfg changes zone a.
slowly() {
	local want=$1 commands=$2 pid rc=0
	shift 2
	: >"$work/calls"
	ASAN_OPTIONS=detect_leaks=0 strace -o "$work/calls" -e trace=openat -P /etc/zones \
		-e inject=openat:delay_enter=3s:when=2 "$ZONEADM" "$@" >"$work/slow" 2>"$work/slow-err" &
	pid=$!
	until grep -q '"index"' "$work/calls"; do
		sleep 0.02
	done
	zonecfg -z a "$commands"
	kill -0 "$pid" || fail 'zoneadm was not slow enough'
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
