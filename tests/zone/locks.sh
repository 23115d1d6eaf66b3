# One command at a time on a zone: the second waits and says for whom, and gives up after five
# seconds; who only looks never waits; a lock ends with its holder.
# fs: tmpfs
. "$tests/zone/lib.sh"
need_cmd strace flock
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
export ASAN_OPTIONS=detect_leaks=0 # does not work under a tracer
make_zone a
make_zone b

taken() {
	! flock -n "$1" true
}

# hold NTH COMMANDS: a zonecfg on the zone a that is stopped once it has its NTH lock: the first is
# that of the zone, the second that of the registry. Sets $holder, and $tracer to wait for.
hold() {
	rm -f /run/zones/a.zoneadm.lock held.trace
	strace -f -o held.trace -e trace=ftruncate -e "inject=ftruncate:signal=SIGSTOP:when=$1" \
		"$ZONECFG" -z a "$2" </dev/null >held.out 2>held.err &
	tracer=$!
	wait_for grep -qs zonecfg /run/zones/a.zoneadm.lock
	holder=$(cut -d' ' -f1 /run/zones/a.zoneadm.lock)
	is "$(cut -d' ' -f2- /run/zones/a.zoneadm.lock)" 'zonecfg -z a'
	wait_for grep -q 'stopped by SIGSTOP' held.trace
}

# once_waited_for COMMAND...: when the next command says that it waits.
once_waited_for() {
	: >err
	{ wait_for grep -q 'waiting for' err && "$@"; } &
}

# The second waits, and sees what the first has done.
hold 1 'set bootargs=first'
once_waited_for kill -CONT "$holder"
zonecfg_rc 0 -z a 'set autoboot=true'
is "$(cat err)" "zonecfg: waiting for process $holder (zonecfg -z a), which is using zone a"
wait "$tracer"
is "$(xml_of a /zone/@bootargs) $(xml_of a /zone/@autoboot)" 'first true'

# What only looks, and what is about another zone, does not wait. Then it fails, after five seconds.
hold 1 'set bootargs=second'
for command in info export verify; do
	zonecfg -z a "$command"
done
zonecfg -z copy 'create -t a; set zonepath=/zones/copy'
zonecfg -z b 'set bootargs=x'
zoneadm list -cv
start=$EPOCHREALTIME
refuses "zone a is in use by process $holder (zonecfg -z a), also after 5 seconds" \
	-z a 'set autoboot=false'
erred 'repeat the command when that one has ended'
ms=$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
[ "$ms" -ge 4900 ] || fail "it waited for $ms ms"
# Renaming another zone to its name meets the lock, too.
no timeout 60 "$ZONECFG" -z b 'set zonename=a' 2>other.err &
other=$!
wait_for grep -q "waiting for process $holder (zonecfg -z a), which is using zone a" other.err
# A killed holder holds nothing, and has done nothing.
kill -9 "$holder"
wait "$tracer" 2>/dev/null || true
zonecfg -z a 'set autoboot=false'
is "$(xml_of a /zone/@bootargs)" first
wait "$other"
grep -q 'there is a zone a already' other.err
registry_sound

# The lock of the registry stops whoever changes something, but not who looks.
hold 2 'set bootargs=third'
zonecfg -z b info
zoneadm list -cv
refuses "the registry of zones is in use by process $holder (zonecfg -z a), also after 5 seconds" \
	-z b 'set bootargs=y'
once_waited_for kill -CONT "$holder"
zonecfg_rc 0 -z b 'set bootargs=y'
is "$(cat err)" \
	"zonecfg: waiting for process $holder (zonecfg -z a), which is using the registry of zones"
wait "$tracer"
is "$(xml_of a /zone/@bootargs) $(xml_of b /zone/@bootargs)" 'third y'

lock_until_waited_for() {
	flock -o /run/zones/a.zoneadm.lock sleep 1000 &
	holder=$!
	wait_for taken /run/zones/a.zoneadm.lock
	once_waited_for kill "$holder"
}

# Somebody who holds a lock and tells nothing of himself, or nonsense, has no name.
for text in '' nonsense '1' '-1 x' '99999999999 x' "$BASHPID"; do
	echo "$text" >/run/zones/a.zoneadm.lock
	lock_until_waited_for
	zonecfg_rc 0 -z a 'set autoboot=true; set autoboot=false'
	is "$(cat err)" 'zonecfg: waiting for another command, which is using zone a'
	wait
done
# Control characters in it do not reach the terminal.
printf '%s evil\033[2J\n' "$BASHPID" >/run/zones/a.zoneadm.lock
lock_until_waited_for
zonecfg_rc 0 -z a 'set autoboot=true'
is "$(cat err)" "zonecfg: waiting for process $BASHPID (evil?[2J), which is using zone a"
wait

# Locks that are no files of root's.
for thing in mkfifo mkdir 'ln -s /etc/zones/index'; do
	rm -rf /run/zones/a.zoneadm.lock
	$thing /run/zones/a.zoneadm.lock
	refuses '/run/zones/a.zoneadm.lock' -z a 'set autoboot=false'
done
rm -rf /run/zones/a.zoneadm.lock
install -m 666 /dev/null /run/zones/a.zoneadm.lock
refuses '/run/zones/a.zoneadm.lock is writable by others' -z a 'set autoboot=false'
rm /run/zones/a.zoneadm.lock
zonecfg -z a 'set autoboot=false'

# A lock of zonecfg's is a file as long as it is held, whatever becomes of the zone.
no timeout 10 "$ZONECFG" -z none 'set autoboot=false' 2>none.err
zonecfg -z c 'create; set zonepath=/zones/c'
zonecfg -z c 'set zonename=d'
zonecfg -z d 'delete -F'
is "$(names_in /run/zones)" 'index.lock'
registry_sound
