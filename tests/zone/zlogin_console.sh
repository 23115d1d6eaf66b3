# zlogin -C, with a runtime that has no containers: before the boot and over it, one who has it and
# one who looks, leaving, and without a terminal.
# fs: tmpfs
. "$tests/zone/lib.sh"
[ -x "$ZLOGIN" ] || fail "$ZLOGIN is not built"
need_cmd strace
export ZONEADMD_RUNTIME=null
mkdir -m 700 web
mkdir web/root
zonecfg -z web "create; set zonepath=$work/web"
set_state web installed

supervisor_of() { cut -d ' ' -f 1 "/run/zones/$1.zoneadmd.lock"; }
terminal() { python3 "$tests/zone/terminal.py" "$ZLOGIN" "$@"; }

# Who connects before sees it boot, types, and leaves; the zone goes on.
terminal -C web >seen 2>&1 <<'EOS' & viewer=$!
expect \[Connected to zone 'web' console\]
touch connected
expect NOTICE: .*boot
expect boot web \d+
send hello\r
expect read hello
send a~.b\r
expect read a~.b
send ~~.\r
expect read ~\.
send ~.
expect \[Connection to zone 'web' console closed\]
end 0
EOS
wait_for [ -e connected ]
zoneadm_rc 0 -z web boot
wait "$viewer" || fail "$(cat seen)"
is "$("$ZONEADM" -z web list -p | cut -d: -f3)" running

# One has it; the next is told who; with -r it looks, and types nothing. What comes from the zone,
# and nothing else, is on standard output.
mkfifo held
"$ZLOGIN" -C web <held >holder 2>notices & holder=$!
exec 8>held
wait_for grep -q 'boot web' holder
rc=0
"$ZLOGIN" -C web </dev/null >out 2>err || rc=$?
is "$rc" 125
erred "in use by process $holder"
terminal -C -r -Q web >seen 2>&1 <<'EOS' & viewer=$!
expect boot web
send nothing of this\r
wait 0.5
touch typed
expect read from the holder
never of this
send \r~.
end 0
EOS
wait_for [ -e typed ]
echo 'from the holder' >&8
wait "$viewer" || fail "$(cat seen)"
wait_for grep -q 'read from the holder' holder
! grep -q 'of this\|Connected' holder || fail "$(cat holder)"
! grep -q 'Connected' seen || fail '-Q, and yet a banner'

# Its end of input does not end it: it sees the zone halted and booted again. A signal does.
exec 8>&-
zoneadm_rc 0 -z web halt
zoneadm_rc 0 -z web boot
wait_for sh -c '[ "$(grep -c "boot web" holder)" -ge 2 ]'
grep -q '^\[NOTICE: .*halt' notices || fail "$(cat notices)"
kill "$holder"
rc=0
wait "$holder" || rc=$?
is "$rc" 143
is "$(tail -n 1 notices)" "[Connection to zone 'web' console closed]"

# A zone that is off may go, or be called otherwise: who is at its console is told, and leaves.
zoneadm_rc 0 -z web halt
for change in 'zonename=other' 'zonename=web'; do
	name=${change#*=} before=web
	[ "$name" = other ] || before=other
	terminal -C "$before" >seen 2>&1 <<-EOS & viewer=$!
		expect \[Connected to zone '$before' console\]
		touch connected.$name
		expect NOTICE: Zone deleted or renamed
		expect \[Connection to zone '$before' console closed\]
		end 0
	EOS
	wait_for [ -e "connected.$name" ]
	zonecfg -z "$before" "set $change"
	wait "$viewer" || fail "$(cat seen)"
done
terminal -C web >seen 2>&1 <<'EOS' & viewer=$!
expect \[Connected to zone 'web' console\]
touch connected.off
expect NOTICE: Zone not installed any more
end 0
EOS
wait_for [ -e connected.off ]
# It is looked at again until it can be read.
chmod 777 /etc/zones
set_state web configured
strace -o looks -e trace=openat -p "$(supervisor_of web)" 2>attached & tracer=$!
wait_for grep -qs attached attached
wait_for grep -q '"zones"' looks
kill "$tracer"
wait "$tracer" || true
chmod 755 /etc/zones
wait "$viewer" || fail "$(cat seen)"
# Of a name that is none any more, nothing is left.
run_is() { [ "$(names_in /run/zones)" = "$1" ]; }
zonecfg -z web 'delete -F'
wait_for run_is 'index.lock lives'
# Not of a supervisor either that was killed when the zone was off.
for change in 'delete -F' 'set zonename=other'; do
	zonecfg -z web "create; set zonepath=$work/web"
	set_state web installed
	rm -f seen
	"$ZLOGIN" -C -r web >seen 2>&1 </dev/null & viewer=$!
	wait_for grep -qs Connected seen
	supervisor=$(supervisor_of web)
	kill -KILL "$supervisor"
	wait_for gone "$supervisor"
	wait "$viewer" || true
	is "$(names_in /run/zones)" 'index.lock lives web.zoneadmd web.zoneadmd.lock'
	zonecfg -z web "$change"
	is "$(names_in /run/zones)" 'index.lock lives'
done
zonecfg -z other 'delete -F'
zonecfg -z web "create; set zonepath=$work/web"
set_state web installed
zoneadm_rc 0 -z web boot

# Whoever comes next has it; a terminal that goes away ends it.
terminal -C web >seen 2>&1 <<'EOS' || fail "$(cat seen)"
expect boot web
send again\r
expect read again
send \r@.\r
expect read @
size 20 60
send \r~.
end 0
EOS
zoneadm_rc 0 -z web halt
