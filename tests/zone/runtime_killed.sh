# A real zone whose supervisor, engine and init are killed, alone and together, in every order: what
# is shown is what the kernel knows, what must not touch a zone that lives is refused, and the next
# command works. By default a sample; EVERY=1 tries each order in each state.
# fs: ext4
# cgroups: own
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
. "$tests/zone/runtime.bash"
. "$tests/zone/runtime_life.bash"
make_zone_a
zoneadm_rc 0 -z a install
asks_nothing
zonecfg -z b "create; set zonepath=$place/b"
seed=${SEED:-$((RANDOM % 1000))}
echo "seed $seed"

# ---- what is so ----

# Prints something if it runs.
recorded_runs() {
	! runs "$(pid_of "$1")" || echo yes
}

# What is shown is no guess: "installed" while nothing of the zone runs, and the other way round.
# What changes while it is looked at is looked at again.
truth() {
	local before after state supervisor init
	while :; do
		before=$(processes)
		supervisor=$(recorded_runs supervisor) init=$(recorded_runs init)
		state=$(state_of a)
		after=$(processes)
		[ "$before" = "$after" ] && break
	done
	case $state in
	installed) is "$before" '' ;;
	ready | running | shutting_down | down)
		[ "$before$supervisor" ] || fail "$state, and nothing runs" ;;
	*) fail "the zone is $state" ;;
	esac
	[ "$state" != running ] || [ "$init$supervisor" ] || fail 'running, and no init'
}

# A zone that goes on living is in the way of these. What was killed may take some others with it,
# a moment later.
refused() {
	local command before=none
	until [ "$(processes)" = "$before" ]; do
		before=$(processes)
		sleep 0.5
	done
	[ -n "$before" ] || return 0
	for command in "a move $place/moved" 'a detach' 'a uninstall -F' 'b clone a'; do
		# shellcheck disable=SC2086 # several words
		ran_any "$ZONEADM" -z $command
		[ "$rc" != 0 ] || fail "zoneadm -z $command of a zone that lives"
		[ -d "$place/a/root/etc" ] || fail "zoneadm -z $command has moved the root"
	done
}

# ---- the life and the deaths ----

# The zone in a state, with who is to be killed in it.
lives() {
	case $1 in
	ready) zoneadm_rc 0 -z a ready ;;
	running) zoneadm_rc 0 -z a boot ;;
	shutting_down)
		zoneadm_rc 0 -z a boot
		# It never hears of it.
		kill -STOP "$(pid_of init)"
		"$ZONEADM" -z a shutdown 2>shutdown.err & shutdown=$!
		wait_for state_becomes shutting_down ;;
	esac
	is_state a "$1"
	S=$(pid_of supervisor) E=$(pid_of engine) I=$(pid_of init)
	# The engine itself; E is its parent, which ends with it.
	N=$(pgrep -P "$E" || true)
}

# After the order, what is so and what works; the next command is another one each time.
nexts=(halt boot reboot shutdown ready 'shutdown -r' console)
number=$seed
dies() {
	local state=$1 order=$2 next pid letter
	echo "$state $order" >&2
	lives "$state"
	for letter in $(grep -o . <<<"$order"); do
		kill -KILL "${!letter}" 2>/dev/null || true
		[ "${3-}" != slow ] || wait_for gone "${!letter}"
		[ "${3-}" != slow ] || truth
	done
	for letter in $(grep -o . <<<"$order"); do
		wait_for gone "${!letter}"
	done
	truth
	[ "$state" != shutting_down ] || { wait "$shutdown" || true; }
	# What else there is ends by itself, or goes on.
	case $state$order in
	runningS) stays running ;;
	shutting_downS | shutting_downSE | shutting_downES)
		# init stands still.
		! runs "$I" || { is_state a shutting_down; refused; } ;;
	# Without its engine init has lost its console only; but a supervisor that saw it go has
	# begun to end the zone.
	runningS[EN] | running[EN]S) ! runs "$I" || settled running shutting_down ;;
	*) wait_for nothing_lives ;;
	esac
	truth
	next=${nexts[number++ % ${#nexts[@]}]}
	next "$next"
	zoneadm_rc 0 -z a halt
	wait_for no_supervisor
	nothing_left a
	is_state a installed
}

settled() {
	local state
	state=$(state_of a)
	[[ " $* " == *" $state "* ]] || fail "the zone is $state"
	[ "$state" != running ] || stays running
}

# init lives: it is worked in.
stays() {
	is_state a "$1"
	zlogin a sh -c 'echo inside; cat /proc/1/comm'
	said $'inside\nsystemd'
	truth
	refused
}

# Whatever was: the command does what it says, or has nothing to do.
next() {
	local state
	state=$(state_of a)
	echo "    $state: then $1" >&2
	case $1 in
	halt) zoneadm_rc 0 -z a halt; is_state a installed ;;
	boot)
		[ "$state" != shutting_down ] || zoneadm_rc 0 -z a halt
		zoneadm_rc 0 -z a boot
		is_state a running
		zlogin a true ;;
	ready)
		[ "$state" = installed ] || zoneadm_rc 0 -z a halt
		zoneadm_rc 0 -z a ready
		is_state a ready
		zoneadm_rc 0 -z a boot
		is_state a running ;;
	console) watch_console ;;
	*)
		# Only what runs can be rebooted or shut down.
		if [ "$state" != running ]; then
			zoneadm_rc 0 -z a halt
			zoneadm_rc 0 -z a boot
		fi
		# shellcheck disable=SC2086 # several words
		zoneadm_rc 0 -z a $1
		[[ $1 = shutdown ]] || is_state a running ;;
	esac
	truth
}

# A new supervisor has the zone's console, if the engine has it still.
watch_console() {
	[ "$(state_of a)" = running ] && runs "$(pid_of engine)" || return 0
	python3 "$tests/zone/terminal.py" "$ZLOGIN" -C a >seen 2>&1 <<'END' & local viewer=$!
expect Connected to zone
expect printed by the zone
send \r~.
end 0
END
	wait_for grep -q "/run/zones/a.zoneadmd$" /proc/net/unix
	zlogin a sh -c 'echo printed by the zone >/dev/console'
	wait "$viewer" || fail "$(cat seen)"
	is_state a running
}

all='S E N I SE ES SN NS SI IS EI IE SEI SIE ESI EIS ISE IES'
if [ -n "${EVERY-}" ]; then
	for speed in '' slow; do
		for order in S E SE ES; do dies ready "$order" $speed; done
		for order in $all; do
			dies running "$order" $speed
			dies shutting_down "$order" $speed
		done
	done
fi
if [ -z "${EVERY-}" ]; then
	dies ready S
	for order in S E I SN ES SIE; do dies running "$order"; done
	for order in S SE; do dies shutting_down "$order"; done
fi

# ---- without its engine, and with a new supervisor ----

# It is shut down as cleanly as ever; only its console is lost.
zoneadm_rc 0 -z a boot
wait_booted a
init=$(pid_of init)
kill -KILL "$(pid_of supervisor)" "$(pid_of engine)"
wait_for gone "$(pid_of engine)"
python3 "$tests/zone/terminal.py" "$ZLOGIN" -C a >seen 2>&1 <<'END' || fail "$(cat seen)"
expect cannot be had back
expect Connected to zone
send \r~.
end 0
END
stays running
is "$(pid_of init)" "$init"
zoneadm_rc 0 -z a shutdown -r
! grep . err || fail "$(cat err)"
is_state a running
[ "$(pid_of init)" != "$init" ] || fail 'it was not booted again'
zoneadm_rc 0 -z a halt

# ---- a supervisor that was killed is not missed ----

# booted_again COMMAND...: a reboot from inside is one, whoever watches.
booted_again() {
	local init
	init=$(pid_of init)
	zlogin a systemctl reboot --force
	"$@"
	wait_for other_init "$init"
	is_state a running
}

# In this order: what is running then is no longer the first one.
other_init() {
	[ "$(pid_of init)" != "$1" ] && state_becomes running
}

supervise() {
	"${ZONEADM}d" -z a 2>err
}

unwatched() {
	kill -KILL "$supervisor"
	wait_for gone "$supervisor"
}

zoneadm_rc 0 -z a boot
wait_booted a
supervisor=$(pid_of supervisor)
unwatched
supervise
booted_again true
wait_booted a
supervisor=$(pid_of supervisor) engine=$(pid_of engine)
unwatched
booted_again eval 'wait_for gone $engine; is_state a installed; supervise'
wait_booted a
supervisor=$(pid_of supervisor)
unwatched
supervise
zlogin a systemctl poweroff --force
wait_for nothing_lives
wait_for no_supervisor
nothing_left a

# ---- zoneadm boot is killed: what it has begun goes on, and is nobody else's ----

for moment in 0.01 0.1 0.3 ${EVERY:+0 0.03 0.06 0.2 0.4 0.6}; do
	"$ZONEADM" -z a boot 2>boot.err & boot=$!
	sleep "$moment"
	kill -KILL "$boot" 2>/dev/null || true
	wait "$boot" || true
	truth
	refused
	zoneadm_rc 0 -z a boot
	is_state a running
	zlogin a true
	zoneadm_rc 0 -z a halt
	is_state a installed
done

# ---- the supervisor, or what is to become the engine, is killed in the middle of a boot ----

recorded() { [ -n "$(pid_of "$1")" ]; }
for who in supervisor engine; do
	for moment in 0 0.1 0.2 ${EVERY:+0.02 0.05 0.15 0.3 0.5}; do
		"$ZONEADM" -z a boot 2>boot.err & boot=$!
		wait_for recorded $who
		sleep "$moment"
		kill -KILL "$(pid_of $who)" 2>/dev/null || true
		rc=0
		wait "$boot" || rc=$?
		[ "$rc" = 0 ] || [ -s boot.err ] || fail 'a boot that failed says nothing'
		truth
		refused
		truth
		# What began to run in the zone may need to be halted first, which is said.
		[ "$(state_of a)" != down ] || zoneadm_rc 0 -z a halt
		zoneadm_rc 0 -z a boot
		is_state a running
		zlogin a true
		zoneadm_rc 0 -z a halt
		wait_for no_supervisor
		nothing_left a
	done
done

# ---- the supervisor is killed when the zone has ended ----

zoneadm_rc 0 -z a boot
supervisor=$(pid_of supervisor)
# It stays as long as somebody looks at the console, who does not see it die.
"$ZLOGIN" -C -r a >seen 2>&1 </dev/null & viewer=$!
wait_for grep -q Connected seen
zoneadm_rc 0 -z a halt
kill -STOP "$viewer"
kill -KILL "$supervisor"
wait_for gone "$supervisor"
[ -e /run/zones/a.zoneadmd ] || fail 'it has ended before it was killed'
zoneadm_rc 0 -z a halt
erred 'already halted'
kill -KILL "$viewer"
wait "$viewer" || true
wait_for no_supervisor
nothing_left a

# ---- the supervisor is told to end: so is the zone, by its own init ----

zoneadm_rc 0 -z a boot
wait_booted a
"$ZLOGIN" -C -r a >seen 2>&1 </dev/null & viewer=$!
wait_for grep -q 'Connected' seen
supervisor=$(pid_of supervisor)
kill -TERM "$supervisor"
wait_for gone "$supervisor"
wait "$viewer" || true
grep -q 'Powering off' seen || fail "no clean shutdown: $(cat seen)"
is_state a installed
nothing_left a
registry_sound
