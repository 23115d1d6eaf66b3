# What the tests of interrupted commands share: zoneadm that is killed at a certain system call.
# shellcheck shell=bash
need_cmd strace
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
export ASAN_OPTIONS=detect_leaks=0 # does not work under a tracer

# killed_at SYSCALL[@PATH] NTH ARGUMENT...: zoneadm -z a is killed before this call, the Nth of a
# thread, or of those on the path, and leaves a record.
killed_at() {
	local call=${1%%@*} on=()
	[ "$call" = "$1" ] || on=(-P "${1#*@}")
	timeout 60 strace -f -qq -o /dev/null "${on[@]}" -e "trace=$call" \
		-e "inject=$call:signal=SIGKILL:when=$2" "$ZONEADM" -z a "${@:3}" >killed 2>&1 || true
	[ -e /etc/zones/a.operation ] || fail "it was killed at another moment: $(cat killed)"
}

# phase NAME: how far the dead command had come.
phase() {
	is "$(sed -n 's/^phase=//p' /etc/zones/a.operation)" "$1"
}

# The place of the zone a, as the index has it.
index_path() {
	index_line a | cut -d: -f3
}
