# zlogin: what it refuses, why, and with which status; and with a runtime that has no containers,
# commands, scripts and what happens when somebody stops reading.
# fs: tmpfs
. "$tests/zone/lib.sh"
[ -x "$ZLOGIN" ] || fail "$ZLOGIN is not built"
export ZONEADMD_RUNTIME=null

# Its own failures have the statuses 125 to 127, which ran() takes for a hang.
zlogin_rc() {
	local rc=0
	timeout -k 5 60 "$ZLOGIN" "${@:2}" </dev/null >"$work/out" 2>"$work/err" || rc=$?
	! grep -Eaq 'Sanitizer|runtime error:' "$work/err" || fail "$(cat "$work/err")"
	[ "$rc" -eq "$1" ] || fail "status $rc instead of $1 from: ${*:2}: $(cat "$work/err")"
}

# wrong TEXT ARGUMENT...: a command line that is refused, and how zlogin is called.
wrong() {
	zlogin_rc 2 "${@:2}"
	erred "$1"
	erred 'usage:'
}
wrong 'which zone?'
wrong 'choose one' -e @ -E web
wrong 'one character' -e ab web
wrong 'one character' -e '\400' web
wrong 'it needs -C' -r web
wrong 'asks who you are' -C -l bob web
wrong 'nothing is started' -C -S web
wrong 'there is -r' -C -n web
wrong 'no command is started' -C web ls
wrong 'needs a command' -c web
wrong 'name of a user' -l -x web
wrong 'name of a user' -l '' web
wrong 'there is no option -x' -x web
zlogin_rc 0 --help
said 'zlogin -C [-r]'
zlogin_rc 0 --version

refused() {
	zlogin_rc 125 "${@:2}"
	erred "$1"
}
refused 'No such zone configured' web true
refused 'global zone already' global true
mkdir -m 700 web
mkdir web/root
zonecfg -z web "create; set zonepath=$work/web"
refused 'it has no console: install it first' -C web
refused 'zone web is configured' web true
set_state web installed
refused 'zone web is installed, so nothing can be run in it: boot it first' web true

zoneadm_rc 0 -z web boot
pass() {
	zlogin_rc 0 "$@"
	silent
}
pass web printf '%s|' 'a b' '*' '' '$HOME'
said_only 'a b|*||$HOME|'
pass -c web printf '%s,' 'a b' '$((1+1))'
said_only 'a,b,2,'
pass -S web printenv HOME
said_only /
# An option of the command's is none of zlogin's.
pass web sh -c 'printf "%s " "$0" "$@"' -n -l
said_only '-n -l '
ran 0 "$ZLOGIN" web <<<'echo from $((40 + 2))'
said_only 'from 42'

# Statuses, also of signals, and of commands that cannot be run.
zlogin_rc 7 web sh -c 'exit 7'
zlogin_rc 255 web sh -c 'exit 255'
zlogin_rc 137 web sh -c 'kill -9 $$'
touch "$work/text"
zlogin_rc 126 web "$work/text"
zlogin_rc 127 web no-such-program
erred 'no-such-program: there is no such program'
refused 'no user no-such-user' -l no-such-user web true

# Two outputs, bytes as they are, both ways, and half-closed.
"$ZLOGIN" web sh -c 'echo out; echo err >&2' >out 2>err
is "$(cat out)" out
is "$(cat err)" err
head -c 20000000 /dev/urandom >data
"$ZLOGIN" web cat <data | cmp - data
"$ZLOGIN" web sh -c 'sha256sum; echo end' <data >out
is "$(head -c 64 out)" "$(sha256sum <data | head -c 64)"
is "$(tail -n 1 out)" end

# Input that nobody reads, output that nobody reads, input that is not to be read.
"$ZLOGIN" web true <data
rc=0
"$ZLOGIN" web yes | head -n 1 >out || rc=${PIPESTATUS[0]}
is "$rc" 141
is "$("$ZLOGIN" -n web cat <data | wc -c)" 0
{ "$ZLOGIN" -n web true; cat; } <data | cmp - data
rc=0
"$ZLOGIN" web echo x >/dev/full 2>err || rc=$?
is "$rc" 125
grep -q 'standard output: No space left' err || fail "$(cat err)"

# What the command leaves in the background does not hold anything up.
is "$(timeout 60 "$ZLOGIN" web sh -c 'sleep 1000 & echo done')" done

# Signals are the command's, and its status tells; killed, it takes the command along.
"$ZLOGIN" web sh -c 'trap "echo got; exit 5" TERM; echo ready; while :; do sleep 0.05; done' \
	>out & pid=$!
wait_for grep -q ready out
kill "$pid"
rc=0
wait "$pid" || rc=$?
is "$rc" 5
is "$(tail -n 1 out)" got
"$ZLOGIN" web sh -c 'echo $$; exec sleep 1000' >out & pid=$!
wait_for test -s out
kill -9 "$pid"
wait "$pid" || true
gone() { [ ! -e "/proc/$1" ]; }
wait_for gone "$(cat out)"

# Nothing of the caller's goes along.
exec 7</etc/passwd
is "$(SECRET=x "$ZLOGIN" web sh -c 'echo "$SECRET"; ls /proc/self/fd | wc -l' | xargs)" 4
is "$(TERM=xterm "$ZLOGIN" web printenv TERM)" xterm
rc=0
TERM=$'x\033]0;' "$ZLOGIN" web printenv TERM || rc=$?
is "$rc" 1

zoneadm_rc 0 -z web halt
