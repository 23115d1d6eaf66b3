# What the tests share that look at the processes of a zone `a` that runs.
# shellcheck shell=bash

# The pid of the supervisor, the engine or the init, as it is recorded; nothing if there is none.
pid_of() {
	sed -n "s/^$1=\([0-9]*\) .*/\1/p" /run/zones/a.live 2>/dev/null || true
}

state_becomes() {
	[ "$(state_of a)" = "$1" ]
}

# Whatever the zone has: what is in its control groups, and its engine.
processes() {
	local pid
	for pid in $({ find /sys/fs/cgroup -path '*/zones/a*' -name cgroup.procs -exec cat {} + ||
		true; } 2>/dev/null; pid_of engine; pid_of init); do
		! runs "$pid" || echo "$pid"
	done | sort -un
}

nothing_lives() {
	state_becomes installed && [ -z "$(processes)" ]
}

no_supervisor() {
	[ ! -e /run/zones/a.zoneadmd ]
}

# ran_any PROGRAM ARGUMENT...: it ends by itself, with whatever status, which is then $rc.
ran_any() {
	rc=0
	timeout -k 5 60 "$@" >"$work/out" 2>"$work/err" || rc=$?
	[ "$rc" -lt 124 ] && ! grep -Eaq 'Sanitizer|runtime error:' "$work/err" ||
		fail "status $rc, a hang or a crash: $*: $(cat "$work/err")"
}

# The zone's first boot has its answers.
asks_nothing() {
	cat >"$place/a/root/etc/sysidcfg" <<-'END'
		system_locale=C
		timezone=UTC
		terminal=vt100
		root_password=*
		network_interface=NONE {hostname=a}
		name_service=NONE
		security_policy=NONE
		nfs4_domain=dynamic
	END
}
