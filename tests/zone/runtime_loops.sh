# A real zone that lives again and again, begun and ended in each way there is, from outside and from
# inside: nothing is left of any life, and the supervisor's fds do not grow. By default as many times
# as fit in a quarter of a minute; ROUNDS=50 is fifty of each.
# fs: ext4
# cgroups: own
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
. "$tests/zone/runtime.bash"
. "$tests/zone/runtime_life.bash"
# A network of the test's own, on which the zone has an address.
ip netns add test 2>why || skip "no network namespace: $(cat why)"
ip netns exec test ip link add zt0 type veth peer name zt0-peer
ip netns exec test ip link set zt0 up
for program in zoneadm zlogin; do
	variable=${program^^}
	printf '#!/bin/sh\nexec nsenter --net=/run/netns/test %q "$@"\n' "${!variable}" >"$program"
	chmod 755 "$program"
done
real_zlogin=$ZLOGIN
ZONEADM=$work/zoneadm ZLOGIN=$work/zlogin
make_zone_a 'add net; set physical=zt0; set address=192.0.2.10/24; end'
zoneadm_rc 0 -z a install
asks_nothing

addresses() { ip netns exec test ip -o -4 address | sed 's/ *[0-9a-z]*sec//g'; }
mounts() { cut -d' ' -f3- /proc/self/mountinfo | sort; }
# All that runs beside this shell, which is process 1 here, and what it forks to look.
others() {
	local dir
	for dir in /proc/[0-9]*; do
		cmp -s "$dir/cmdline" /proc/1/cmdline || ! runs "${dir#/proc/}" || cat "$dir/comm" ||
			true # it has ended since
	done 2>/dev/null
}
addresses_before=$(addresses) mounts_before=$(mounts)

supervisor_fds() {
	find "/proc/$(pid_of supervisor)/fd" -mindepth 1 -printf '%l\n' | sed 's/[0-9]\+/N/g' | sort
}

# While the supervisor stays for a moment, and when it has gone.
all_gone() {
	local left
	# With sanitizers one that ends looks at its memory from another process.
	left=$(others)
	[ -z "$left" ] || is "$(sort -u <<<"$left")" zoneadmd
	is "$(addresses)" "$addresses_before"
	# Those of others may go meanwhile, with their mount points.
	is "$(comm -13 <(echo "$mounts_before") <(mounts))" ''
	is "$(find /sys/fs/cgroup -path '*/zones/*')" ''
	is "$(find /run/systemd/nspawn -mindepth 2 2>/dev/null)" ''
	is "$(names_in /run/zones | tr ' ' '\n' |
		grep -vxE 'lives|a\.zoneadmd|[a-z.]+\.lock' || true)" ''
	is_state a installed
	for lock in index a.zoneadm; do
		[ ! -e "/run/zones/$lock.lock" ] || flock -n "/run/zones/$lock.lock" true ||
			fail "$lock is locked"
	done
}
nothing_of_it() {
	wait_for no_supervisor
	all_gone
	is "$(others)" ''
	nothing_left a
	flock -n /run/zones/a.zoneadmd.lock true || fail "the supervisor's lock is held"
}

# Another life than the one that had this id.
another_life() {
	local now
	now=$("$ZONEADM" -z a list -p)
	[ "$(cut -d: -f3 <<<"$now")" = running ] && [ "$(cut -d: -f1 <<<"$now")" != "$1" ]
}

ends_by_itself() { wait_for state_becomes installed; }
id_of() { "$ZONEADM" -z a list -p | cut -d: -f1; }

# ---- the ways ----

way_boot_halt() {
	zoneadm -z a boot
	is_state a running
	zoneadm -z a halt
	all_gone
}
way_reboot() {
	[ "$(state_of a)" = running ] || zoneadm -z a boot
	zoneadm -z a reboot
	is_state a running
}
way_shutdown() {
	[ "$(state_of a)" = running ] || zoneadm -z a boot
	zoneadm -z a shutdown
	all_gone
}
way_shutdown_r() {
	[ "$(state_of a)" = running ] || zoneadm -z a boot
	zoneadm -z a shutdown -r
	is_state a running
}
way_reboot_inside() {
	local id
	[ "$(state_of a)" = running ] || zoneadm -z a boot
	wait_booted a
	id=$(id_of)
	zlogin_rc 0 a systemctl reboot
	wait_for another_life "$id"
}
way_poweroff_inside() {
	[ "$(state_of a)" = running ] || zoneadm -z a boot
	wait_booted a
	zlogin_rc 0 a systemctl poweroff
	ends_by_itself
	all_gone
}

rounds=${ROUNDS:-50} until=$((SECONDS + 15)) done=0
[ -n "${ROUNDS-}" ] && until=$((SECONDS + 100000))
fds=''
for ((round = 0; round < rounds && SECONDS < until; round++)); do
	for way in boot_halt reboot shutdown_r shutdown reboot_inside poweroff_inside; do
		start=$EPOCHREALTIME
		"way_$way"
		echo "$way $(((${EPOCHREALTIME/./} - ${start/./}) / 1000)) ms" >&2
		done=$((done + 1))
		# A supervisor that has seen a few lives has what one has at its first.
		if [ "$way" = shutdown_r ] || [ "$way" = reboot_inside ]; then
			wait_booted a
			[ -n "$fds" ] || fds=$(supervisor_fds)
			same_text "the supervisor's fds" <(echo "$fds") <(supervisor_fds)
		fi
	done
done
nothing_of_it
echo "$done lives"
