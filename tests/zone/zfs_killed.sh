# zoneadm on ZFS, killed before and after each command that it runs to change something, and in the
# recovery from that again; then the zone is whole at exactly one path, and mounted; its clones are
# untouched, and nothing is left behind.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
. "$tests/zone/storage.bash"
need_cmd findmnt
start_zfs
pool=$S/tank
make_pool tank "$pool"
install_zone a "$S/zones/a"
head -c 200K /dev/urandom >"$S/zones/a/root/data"
whole_seconds "$S/zones/a"
sum=$(md5sum <"$S/zones/a/root/data")
zonecfg_rc 0 -z c "create; set zonepath=$pool/c"
zfs create tank/sub

# A command that is repeated, as something was busy, is one.
over_zfs <<'END'
[ -e "$work/kill" ] && [ "$1" != list ] && [ "$1" != get ] || exec "$zfs" "$@"
read -r when number <"$work/kill"
[ "$(tail -n 1 "$work/commands")" = "$*" ] || echo "$*" >>"$work/commands"
[ "$(wc -l <"$work/commands")" = "$number" ] || exec "$zfs" "$@"
[ "$when" = before ] || "$zfs" "$@"
kill -KILL $PPID
END

# killed NUMBER ARGUMENT...: zoneadm is killed before or after ($when) its so manieth command. Fails
# if it does not come to that, and is done.
killed() {
	local rc=0
	echo "$when $1" >"$work/kill"
	: >"$work/commands"
	{ "$ZONEADM" "${@:2}" >"$work/out" 2>"$work/err" || rc=$?; } 2>"$work/killed"
	rm "$work/kill"
	[ "$rc" = 137 ] || [ "$rc" = 0 ] || fail "status $rc, $when $1: $(cat "$work/err")"
	[ "$rc" = 137 ]
}

# recovered ZONE: what it was killed in is finished or undone, though that is killed as well, each
# time one command later; nothing of it is left.
recovered() {
	local again=1
	while killed "$again" -z "$1" recover; do
		again=$((again + 1))
		[ "$again" -lt 40 ] || fail 'recovery does not end'
	done
	recoveries=$((recoveries + again - 1))
	[ ! -e "/etc/zones/$1.operation" ] || fail 'a record was left'
	nothing_left
	is "$(find "$pool" -xdev -name "$aside")" ''
	is "$(zfs list -H -o name | grep -E '/\.' || true)" ''
}

place() {
	index_line "$1" | cut -d: -f3
}

# whole ZONE [NOT_AT]
whole() {
	local at
	at=$(place "$1")
	is "$(md5sum <"$at/root/data")" "$sum"
	[ -z "${2-}" ] || absent "$2"
	case $at in
	"$pool"/*)
		findmnt -n --mountpoint "$at" >/dev/null || fail "$at is not mounted"
		is "$(zfs list -H -o mountpoint | grep -cx "$at")" 1 ;;
	esac
}

# each_kill LEAST FUNCTION: call it, with the number of the command to be killed at, until it fails
# as all was done; LEAST commands there are for certain.
each_kill() {
	for when in before after; do
		kills=0 recoveries=0
		while "$2" $((kills + 1)); do kills=$((kills + 1)); done
		[ "$kills" -ge "$1" ] || fail "$2: killed $when $kills commands only"
		[ "$recoveries" -gt 0 ] || fail "$2: no recovery was killed"
		echo "$2: killed $when $kills commands, and $recoveries times in recovery"
	done
}

# From places[0] to places[1].
move_killed() {
	local killed=true
	[ "$(place a)" = "${places[0]}" ] || zoneadm_zfs -z a move "${places[0]}"
	killed "$1" -z a move "${places[1]}" || killed=false
	recovered a
	if [ "$(place a)" = "${places[1]}" ]; then
		whole a "${places[0]}"
	else
		$killed || fail "$(index_line a)"
		whole a "${places[1]}"
	fi
	$killed
}
places=("$S/zones/a" "$pool/a")
each_kill 4 move_killed
places=("$pool/a" "$S/zones/a")
each_kill 5 move_killed
places=("$pool/a" "$pool/sub/a")
each_kill 3 move_killed
zoneadm_zfs -z a move "$pool/a"

clone_killed() {
	local killed=true
	killed "$1" -z c clone a || killed=false
	recovered c
	whole a
	if index_line c | grep -q ':installed:'; then
		whole c
		zoneadm_zfs -z c uninstall -F
	else
		$killed || fail "$(index_line c)"
	fi
	absent "$pool/c"
	is "$(datasets tank)" 'tank/a -
tank/sub -'
	$killed
}
each_kill 5 clone_killed

# The source goes: its clone does not, and is the source then.
uninstall_killed() {
	local killed=true
	index_line c | grep -q ':installed:' || zoneadm_rc 0 -z c clone --keep-identity a
	killed "$1" -z a uninstall -F || killed=false
	recovered a
	whole c
	if index_line a | grep -q ':installed:'; then
		$killed || fail "$(index_line a)"
		whole a
	else
		absent "$pool/a"
		zoneadm_rc 0 -z a clone --keep-identity c
		zoneadm_zfs -z c uninstall -F
		whole a
	fi
	$killed
}
each_kill 6 uninstall_killed
