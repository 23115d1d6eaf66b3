# The registry in the middle of an operation: if another command holds it, that is waited for; if it
# cannot be written when the files have got their place, that is a failure, said with what comes
# next, and the next command for the zone records it.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
. "$tests/zone/killed.bash"
mkdir -m 755 "$S/new"
from=$S/zones/a to=$S/new/a
install_zone a "$from"

# moves_halfway: zoneadm moves the zone, and is stopped when that is renamed; go_on ends that.
moves_halfway() {
	rm -f traced
	strace -f -qq -o traced -e trace=renameat2 -e inject=renameat2:signal=SIGSTOP:when=1 \
		"$ZONEADM" -z a move "$to" >moved 2>&1 &
	mover=$!
	wait_for grep -qs 'stopped by SIGSTOP' traced
	[ -d "$to" ] || fail 'it was stopped at another moment'
}
go_on() {
	kill -CONT "$(awk '/stopped by SIGSTOP/ { print $1 }' traced)"
}

# ---- held by another ----

moves_halfway
flock -o /run/zones/index.lock sleep 1000 &
holder=$!
wait_for sh -c '! flock -n /run/zones/index.lock true'
go_on
wait_for grep -q 'waiting for process' moved
sleep 5.5 # longer than a command waits that has nothing to lose
kill "$holder"
wait "$mover" || fail "status $?: $(cat moved)"
at_only "$to" "$from"

# ---- that cannot be written ----

# fails_behind PATH UNDO COMMAND...: it cannot lock the registry when the files have this place. UNDO
# is a command after which it can be run once more.
fails_behind() {
	local path=$1 undo=$2 nth
	shift 2
	nth=$(strace -f -qq -P /run/zones -P "$path" -e trace=openat,renameat2 "$@" 2>&1 \
		| awk '/openat.*\.(lock|live)"/ { n++ } /renameat2/ && !at { at = n + 1 } END { print at }')
	"$undo"
	ran 1 strace -f -qq -o /dev/null -P /run/zones -e trace=openat \
		-e "inject=openat:error=ENOSPC:when=$nth" "$@"
	erred 'No space left on device'
	erred 'what is left to be done for zone'
	erred 'is recorded: the next command for it goes on'
	[ -d "$path/root" ] || fail "the files are not at $path"
}

back_to_new() {
	zoneadm_rc 0 -z a move "$to"
}
fails_behind "$from" back_to_new "$ZONEADM" -z a move "$from"
absent "$to"
is "$(index_line a | cut -d: -f2,3)" "installed:$to"
zoneadm_rc 0 list -cv
said "$from"
zoneadm_rc 0 -z a recover
erred "an interrupted move of zone a was finished: it is at $from"
at_only "$from" "$to"

uninstall_b() {
	zoneadm_rc 0 -z b uninstall -F
}
zonecfg -z b "create; set zonepath=$S/zones/b"
fails_behind "$S/zones/b" uninstall_b "$ZONEADM" -z b clone a
is "$(index_line b | cut -d: -f2)" incomplete
zoneadm_rc 0 -z b recover
erred "an interrupted clone of zone b was finished: it is at $S/zones/b"
is "$(index_line b | cut -d: -f2)" installed
nothing_left

# No room for the registry.
mkdir kept
cp -a /etc/zones/. kept
mount -t tmpfs -o size=256k,mode=755 tmpfs /etc/zones
cp -a kept/. /etc/zones
moves_halfway
dd if=/dev/zero of=/etc/zones/ballast bs=4K status=none 2>/dev/null || true
go_on
rc=0
wait "$mover" || rc=$?
is "$rc" 1
grep -q 'No space left on device' moved || fail "$(cat moved)"
grep -q 'what is left to be done for zone a is recorded' moved || fail "$(cat moved)"
# It is tried again, and nothing is lost by that.
zoneadm_rc 1 -z a recover
erred 'No space left on device'
[ -d "$to/root" ] || fail "the files are not at $to"
rm /etc/zones/ballast
zoneadm_rc 0 -z a recover
erred "an interrupted move of zone a was finished: it is at $to"
at_only "$to" "$from"
