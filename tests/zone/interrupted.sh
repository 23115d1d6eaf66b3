# Ctrl-C in the middle ends zoneadm at once, with a word on what comes next; before anything is
# recorded, without one.
# fs: ext4:xfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
need_cmd strace
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
export ASAN_OPTIONS=detect_leaks=0 # does not work under a tracer
mkdir -m 755 "$D/zones"
install_zone a "$S/zones/a"
for signal in INT:130 TERM:143; do
	rc=0
	strace -f -qq -o /dev/null -e trace=syncfs \
		-e "inject=syncfs:signal=SIG${signal%:*}:when=1" "$ZONEADM" -z a move "$D/zones/a" >out 2>err || rc=$?
	is "$rc" "${signal#*:}"
	erred 'zoneadm: interrupted: the next command for zone a finishes or undoes it'
	is "$(grep -c interrupted err)" 1
	zoneadm_rc 0 -z a recover
	erred 'an interrupted move of zone a was undone'
	at_only "$S/zones/a" "$D/zones/a"
done
# Waiting for the zone's lock.
flock /run/zones/a.zoneadm.lock sleep 60 &
holder=$!
wait_for sh -c "! flock -n /run/zones/a.zoneadm.lock true"
timeout -s INT 1 "$ZONEADM" -z a move "$D/zones/a" 2>err && fail 'it did not wait'
no grep -q 'interrupted' err
kill "$holder"
