# What tests share whose zones run. They have "# cgroups: own" in their first lines.
# shellcheck shell=bash
need_cmd systemd-nspawn nsenter ip
[ -x "$ZLOGIN" ] || fail "$ZLOGIN is not built"
ip link set lo up

zlogin_rc() { ran "$1" "$ZLOGIN" "${@:2}" </dev/null; }

# zlogin must succeed and have nothing to complain about.
zlogin() {
	zlogin_rc 0 "$@"
	silent
}

# The state that zoneadm shows of a zone.
state_of() {
	"$ZONEADM" -z "$1" list -p | cut -d: -f3
}

# Why a zone is in another state its console tells, as a supervisor's messages go nowhere here.
is_state() {
	local state
	state=$(state_of "$1")
	[ "$state" != "$2" ] || return 0
	cat "/run/zones/$1.live" || true
	timeout 5 "$ZLOGIN" -C -r "$1" </dev/null 2>&1 | tail -n 30 || true
	fail "zone $1 is '$state', and not '$2'"
}

# It does not listen at first.
has_booted() {
	[[ $("$ZLOGIN" "$1" systemctl is-system-running --wait </dev/null 2>&1) == @(running|degraded) ]]
}

# Wait until the zone's own init says that all is started; "degraded" is none of our business.
wait_booted() {
	wait_for has_booted "$1"
}

# Whether no process has this command line.
ended() { ! pgrep -f "$1" >/dev/null; }

# Nothing is left of the life of a zone: no process, mount, control group, file, address.
nothing_left() {
	local name=$1
	# The supervisor stays for a moment, as somebody may come.
	wait_for ended "zoneadmd .*-z $name( |$)"
	absent /run/zones/"$name".{live,d,zoneadmd}
	is "$(find /sys/fs/cgroup -type d -path "*/zones/$name*" 2>/dev/null)" ''
	is "$(findmnt -rno TARGET | grep -F "/run/zones/$name" || true)" ''
	is "$(find /run/systemd/nspawn -mindepth 2 2>/dev/null)" ''
}
