# zoneadmd, with the runtime that has no containers: from boot to halt by each way there is, with
# whoever is killed in between; what is shown is true, the next command works, and nothing is left.
# fs: tmpfs
. "$tests/zone/lib.sh"
zoneadmd=$(dirname "$ZONEADM")/zoneadmd
[ -x "$zoneadmd" ] || fail "$zoneadmd is not built"
need_cmd strace
export ZONEADMD_RUNTIME=null
mkdir -m 700 web
mkdir web/root
zonecfg -z web "create; set zonepath=$work/web; set bootargs=\"from configuration\""
set_state web installed

state() {
	"$ZONEADM" -z web list -p | cut -d: -f3
}

id_of() {
	"$ZONEADM" -z web list -p | cut -d: -f1
}

is_state() {
	is "$(state)" "$1"
}

becomes() {
	[ "$(state)" = "$1" ]
}

# The pid of the supervisor, the engine or the init, as it is recorded.
pid_of() {
	sed -n "s/^$1=\([0-9]*\) .*/\1/p" /run/zones/web.live
}

# Nothing is left of a life.
nothing_left() {
	absent /run/zones/web.live /run/zones/web.d
	is_state installed
}

# The supervisor ends a moment later.
supervisor_ends() {
	wait_for no_socket
}

no_socket() {
	[ ! -e /run/zones/web.zoneadmd ]
}

# zoneadm on the zone web must succeed; the zonepath is in memory, which is warned of.
adm() {
	zoneadm_rc 0 -z web "$@"
	! grep -v 'in memory (tmpfs)' err || fail "success, and yet a message: $(cat err)"
}

# The same, with a note that it says.
adm_noting() {
	zoneadm_rc 0 -z web "${@:2}"
	erred "$1"
}

adm_fails() {
	zoneadm_rc 1 -z web "${@:2}"
	erred "$1"
}

# ---- each way from boot to halt ----

adm boot -- first second
is_state running
is "$(id_of)" 1
is "$(stat -c %a /run/zones/web.zoneadmd)" 600
supervisor=$(pid_of supervisor)
adm_noting 'already booted' boot
adm_fails 'halt it first' ready
is "$(id_of)" 1
# A reboot is another life, of the same supervisor; what it was told is gone with it.
adm reboot
is "$(id_of) $(pid_of supervisor)" "2 $supervisor"
adm shutdown -r
is "$(id_of) $(pid_of supervisor)" "3 $supervisor"
adm shutdown
nothing_left
supervisor_ends
wait_for gone "$supervisor"
adm_noting 'already halted' halt

adm ready
is_state ready
adm_noting 'already ready' ready
adm boot
is_state running
adm halt
nothing_left

# Reconfigured since it was made ready: it is made ready again.
adm ready
zonecfg_rc 0 -z web 'set bootargs=other'
adm_noting 'reconfigured since it was made ready' boot
is_state running
adm halt
nothing_left

# What does not end by itself is halted.
adm boot -- hang
adm_noting 'has not shut down within 2 seconds' shutdown -t 2
nothing_left
# Meanwhile a second shutdown is refused; a halt does not wait, and both are answered.
adm boot -- hang
"$ZONEADM" -z web shutdown 2>first.err &
wait_for becomes shutting_down
adm_fails 'being shut down already' shutdown
adm halt
wait $! || fail 'shutdown has failed'
nothing_left

# A zone that cannot boot: why, in the words of its console, without what would move a cursor.
adm_fails 'web did not boot' boot -- fail
erred '    null: told to fail'
! grep -q "$(printf '\033')" err || fail 'an escape sequence is shown'
nothing_left
# Nor does one that is rebooted into that live on.
adm boot
adm_fails 'null: told to fail' reboot -- fail
nothing_left

# ---- by itself ----

# It ends from inside; it boots again from inside, with the arguments of the configuration.
adm boot
kill -TERM "$(pid_of init)"
wait_for becomes installed
nothing_left
adm boot
first=$(id_of)
kill -INT "$(pid_of init)"
second_life() {
	[ "$(id_of)" -gt "$first" ] && becomes running
}
wait_for second_life
adm halt
nothing_left

# The engine is killed.
adm boot
kill -KILL "$(pid_of engine)"
wait_for becomes installed
nothing_left

# ---- the supervisor is told to end ----

adm boot
supervisor=$(pid_of supervisor)
kill -HUP "$supervisor"
kill -TERM "$supervisor"
wait_for gone "$supervisor"
nothing_left
adm boot -- hang
supervisor=$(pid_of supervisor)
kill -TERM "$supervisor"
wait_for becomes shutting_down
runs "$supervisor"
kill -TERM "$supervisor"
wait_for gone "$supervisor"
nothing_left

# In the foreground, as a unit of systemd has it.
supervisor_ends
python3 - "$zoneadmd" <<'END' || fail 'zoneadmd -f went wrong'
import os, signal, socket, subprocess, sys
path = os.path.abspath('manager')
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(path)
s.settimeout(60)
p = subprocess.Popen([sys.argv[1], '-f', '-z', 'web'],
	env=dict(os.environ, NOTIFY_SOCKET=path))
assert s.recv(100) == b'READY=1'
assert os.path.exists('/run/zones/web.zoneadmd')
for what in 'boot', 'reboot', 'shutdown', 'ready', 'halt':
	subprocess.run([os.environ['ZONEADM'], '-z', 'web', what], check=True,
		stderr=subprocess.DEVNULL)
# There can be one only.
q = subprocess.run([sys.argv[1], '-f', '-z', 'web'], stderr=subprocess.PIPE)
assert q.returncode == 1 and b'has a supervisor' in q.stderr, q
assert subprocess.run([sys.argv[1], '-z', 'web'], stderr=subprocess.PIPE).returncode == 0
p.send_signal(signal.SIGTERM)
assert p.wait(60) == 0
assert not os.path.exists('/run/zones/web.zoneadmd')
END

# ---- the supervisor is killed ----

# kill_supervisor: and the kernel has let its lock go.
kill_supervisor() {
	local pid
	pid=$(pid_of supervisor)
	kill -KILL "$pid"
	wait_for gone "$pid"
}

# The zone runs on; whoever comes takes it over, its console, too.
adm boot
first=$(id_of) init=$(pid_of init)
kill_supervisor
is_state running
is "$(id_of)" "$first"
runs "$init"
adm_noting 'already booted' boot
zonecfg_rc 1 -z web 'set zonepath=/zones/other'
adm reboot
is_state running
[ "$(id_of)" -gt "$first" ] || fail 'it was not rebooted'
gone "$init"
kill_supervisor
adm shutdown
nothing_left
# It goes on being taken over, and ends by itself then.
adm boot
kill_supervisor
"$zoneadmd" -z web 2>err
is_state running
init=$(pid_of init)
kill -TERM "$init"
wait_for becomes installed
nothing_left

# A reboot from inside is one for it, too.
adm boot -- first
first=$(id_of)
kill_supervisor
"$zoneadmd" -z web 2>err
kill -INT "$(pid_of init)"
wait_for second_life
# It is one even if it comes while nobody watches: the next supervisor boots the zone.
first=$(id_of) init=$(pid_of init) engine=$(pid_of engine)
kill_supervisor
kill -INT "$init"
wait_for gone "$engine"
is_state installed
"$zoneadmd" -z web 2>err
wait_for second_life
# It is one if the supervisor is killed when it takes the old life away, or begins the new one.
for call in rmdir mkdir; do
	first=$(id_of) supervisor=$(pid_of supervisor)
	rm -f attached
	strace -o calls -e trace=$call -e inject=$call:signal=KILL -p "$supervisor" 2>attached &
	wait_for grep -qs attached attached
	kill -INT "$(pid_of init)"
	wait_for gone "$supervisor"
	is_state installed
	"$zoneadmd" -z web 2>err
	wait_for second_life
done
# But not if somebody works on the zone by then, or boots it.
for next in none boot; do
	init=$(pid_of init) engine=$(pid_of engine)
	kill_supervisor
	kill -INT "$init"
	wait_for gone "$engine"
	if [ "$next" = boot ]; then
		adm boot -- by hand
		is_state running
	else
		flock /run/zones/web.zoneadm.lock "$zoneadmd" -z web 2>err
		wait_for no_socket
		is_state installed
		adm boot
	fi
done
# The end of a shutdown is what init makes of it: that of shutdown -r is a reboot.
for how in '' -r; do
	first=$(id_of)
	kill -STOP "$(pid_of engine)" "$(pid_of init)"
	"$ZONEADM" -z web shutdown $how 2>err & shutdown=$!
	wait_for becomes shutting_down
	kill_supervisor
	! wait $shutdown
	"$zoneadmd" -z web 2>err
	is_state shutting_down
	kill -CONT "$(pid_of engine)" "$(pid_of init)"
	[ -n "$how" ] || { wait_for becomes installed; nothing_left; adm boot; }
done
wait_for second_life
adm halt
nothing_left

# In the middle of a shutdown.
adm boot -- hang
"$ZONEADM" -z web shutdown 2>first.err &
wait_for becomes shutting_down
kill_supervisor
rc=0
wait $! || rc=$?
is "$rc" 1
grep -q 'halt cleans up' first.err
is_state shutting_down
adm halt
nothing_left

# With the engine, in either order: it is installed at once, and boots or is halted.
for order in 'supervisor engine' 'engine supervisor'; do
	for next in boot halt ready; do
		adm boot
		pids=''
		for who in $order; do
			pids+=" $(pid_of "$who")"
		done
		kill -STOP "$(pid_of supervisor)"
		# shellcheck disable=SC2086 # two pids
		kill -KILL $pids
		for pid in $pids $(pid_of init); do
			wait_for gone "$pid"
		done
		is_state installed
		[ "$next" = halt ] || adm "$next"
		zoneadm_rc 0 -z web halt # which may find that all is cleaned up already
		nothing_left
	done
done

# While it is ready: what waited to boot ends by itself.
adm ready
engine=$(pid_of engine)
kill_supervisor
wait_for gone "$engine"
is_state installed
adm boot
is_state running
adm halt
nothing_left

# What was left of the socket.
supervisor_ends
python3 -c 'import socket; socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).bind(
	"/run/zones/web.zoneadmd")'
adm boot
adm halt
nothing_left

# ---- at the same time, and again and again ----

at_once() {
	local i job
	for i in 1 2 3 4; do
		"$ZONEADM" -z web "$1" 2>"$1.$i" &
	done
	for job in $(jobs -p); do
		wait "$job" || fail "a $1 has failed: $(cat "$1".?)"
	done
}
at_once boot
is_state running
at_once halt
nothing_left
for i in {1..5}; do
	adm boot
	adm halt
done
nothing_left
# The moment in which the supervisor ends: it hears who comes, or another one does.
for wait in 0.9 0.95 1 1.02 1.05 1.1; do
	adm boot
	adm halt
	sleep "$wait"
done
adm boot

# ---- who connects ----

# Who says nothing, or nonsense, does not keep others off for long.
python3 - <<'END' || fail 'connections that say nothing were not closed'
import select, socket, time
def connect():
	s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
	s.connect('/run/zones/web.zoneadmd')
	return s
begin = time.monotonic()
silent = [connect() for i in range(16)]
late = connect()
late.send(b'nonsense' * 100)
late.settimeout(60)
answer = b''
while packet := late.recv(65536):
	answer += packet
assert b'does not understand' in answer, answer
assert 4 < time.monotonic() - begin < 30
for s in silent:
	s.settimeout(60)
	assert s.recv(10) == b''
# Nor do those who are gone before they are answered.
for i in range(100):
	connect().close()
END
is_state running
adm halt
nothing_left
supervisor_ends

# ---- the command line ----

ran 0 "$zoneadmd" --help
said 'usage:'
ran 0 "$zoneadmd" --version
for wrong in '' '-z' '-z web more' '-z web -z web' '-x'; do
	# shellcheck disable=SC2086 # words
	ran 2 "$zoneadmd" $wrong
	erred usage:
done
ran 1 "$zoneadmd" -z unknown
erred 'No such zone'
for wrong in global ../web 'a b'; do
	ran 2 "$zoneadmd" -z "$wrong"
done
is "$(names_in /run/zones)" 'index.lock lives web.zoneadm.lock'
