# zoneadm on ZFS, killed at any moment, also between the commands that it runs; then recovered: the
# zone is whole at exactly one path, its clones are untouched, and nothing is left behind.
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
zoneadm_zfs -z a move "$pool/a"
zonecfg_rc 0 -z c "create; set zonepath=$pool/c"
zfs create tank/sub

# killed_after MILLISECONDS ARGUMENT...: whether zoneadm was killed before it was done.
killed_after() {
	local rc=0 pid
	"$ZONEADM" "${@:2}" >"$work/out" 2>"$work/err" &
	pid=$!
	sleep "$(printf '0.%03d' "$1")"
	kill -KILL $pid 2>/dev/null || true
	wait $pid 2>/dev/null || rc=$?
	[ "$rc" = 137 ] || [ "$rc" = 0 ] || fail "status $rc: $(cat "$work/err")"
	[ "$rc" = 137 ]
}

# recovered ZONE: what it was killed in is finished or undone; nothing of it is left.
recovered() {
	zoneadm_rc 0 -z "$1" recover
	[ ! -e "/etc/zones/$1.operation" ] || fail 'a record was left'
	registry_sound
	is "$(find "$pool" -xdev -name "$aside")" ''
	is "$(zfs list -H -o name | grep -E '/\.' || true)" ''
}

place() {
	index_line "$1" | cut -d: -f3
}

# whole ZONE [NOT_AT]
whole() {
	# zfs-fuse now and then unmounts once more what it was told to unmount a while ago, though
	# something else has been mounted there since.
	findmnt -n "$(place "$1")" >/dev/null || zfs mount "$(zfs list -H -o mountpoint,name \
		| grep "^$(place "$1")	" | cut -f2)"
	is "$(md5sum <"$(place "$1")/root/data")" "$sum"
	[ -z "${2-}" ] || absent "$2"
	is "$(zfs list -H -o mountpoint | grep -cx "$(place "$1")")" 1
}

# The moments, up to what it takes: each time a little later, until it is done.
step=23 killed=0
to=$pool/sub/a
for ((ms = 5; ms < 900; ms += step)); do
	at=$(place a)
	[ "$at" = "$pool/a" ] && to=$pool/sub/a || to=$pool/a
	killed_after $ms -z a move "$to" && killed=$((killed + 1)) || ms=900
	recovered a
	[ "$(place a)" = "$to" ] && whole a "$at" || whole a "$to"
done
echo "move: killed $killed times"
[ "$(place a)" = "$pool/a" ] || zoneadm_zfs -z a move "$pool/a"

killed=0
for ((ms = 5; ms < 900; ms += step)); do
	killed_after $ms -z c clone a && killed=$((killed + 1)) || ms=900
	recovered c
	whole a
	if index_line c | grep -q ':installed:'; then
		whole c
		zoneadm_zfs -z c uninstall -F
	fi
	absent "$pool/c"
	is "$(datasets tank)" 'tank/a -
tank/sub -'
done
echo "clone: killed $killed times"

# The source goes: its clone does not.
killed=0
for ((ms = 5; ms < 900; ms += step)); do
	if ! index_line c | grep -q ':installed:'; then
		zoneadm_rc 0 -z c clone --keep-identity a
	fi
	killed_after $ms -z a uninstall -F && killed=$((killed + 1)) || ms=900
	recovered a
	whole c
	if index_line a | grep -q ':installed:'; then
		whole a
	else
		absent "$pool/a"
		zoneadm_rc 0 -z a clone --keep-identity c
		zoneadm_zfs -z c uninstall -F
		whole a
	fi
done
echo "uninstall: killed $killed times"
