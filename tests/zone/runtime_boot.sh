# Boots of a real zone that fail, each with the zone's own words and nothing left; and those that do
# not: to a single user, from ready, two at once, halted in the middle, over a console that two want.
# fs: ext4
# cgroups: own
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
. "$tests/zone/runtime.bash"
. "$tests/zone/runtime_life.bash"
make_zone_a
groups=$(find /sys/fs/cgroup -type d)
zoneadm_rc 0 -z a install
# What has configured its packages has left no control groups.
is "$(find /sys/fs/cgroup -type d)" "$groups"
root=$place/a/root

# ---- a first boot that asks can be shut down: passwd(1) ignores what it is told ----

zoneadm_rc 0 -z a boot
asks() { [[ $(cat /proc/[0-9]*/comm 2>/dev/null) == *passwd* ]]; }
wait_for asks
zoneadm -z a shutdown -t 20
is_state a installed
asks_nothing

# ---- boots that fail ----

# boot_fails TEXT: with one of these words, of zoneadm's or the zone's.
boot_fails() {
	# On a busy machine an init that ends may have run for as long as is asked of one, and
	# systemd-nspawn may end before it has passed on what was printed last: once more then.
	for _ in {1..20}; do
		ran_any "$ZONEADM" -z a boot
		[ "$rc" -eq 0 ] || ! grep -qF -- "$1" err || break
		wait_for state_becomes installed
	done
	is "$rc" 1
	erred 'zone a did not boot'
	erred "$1"
	is "$(grep -c '^zoneadm:' err)" "${2-1}"
	[ "$(wc -c <err)" -lt 4000 ] || fail "$(wc -c <err) bytes of messages"
	is_state a installed
	wait_for no_supervisor
	nothing_left a
}

init_is() {
	rm -f "$root/usr/sbin/init"
	[ -z "${1-}" ] || { cat >"$root/usr/sbin/init"; chmod 755 "$root/usr/sbin/init"; }
}
systemd=$root/usr/lib/systemd/systemd
mv "$systemd" "$systemd.kept"
# Of the engine's words, only those which are the cause.
init_is
boot_fails 'the zone has no init: neither /usr/lib/systemd/systemd nor /sbin/init' 2
! grep '^    ' err || fail 'the zone has not said anything'
ln -s /nowhere/at/all "$root/usr/sbin/init"
boot_fails 'the zone has no init' 2
init_is script <<<'#!/nowhere/sh'
boot_fails 'its init ended with status 1; the last lines of its console:'
is "$(grep -c '^    execv(.*/sbin/init) failed: No such file' err)" "$(grep -c '^    ' err)"
mv "$root"/etc/os-release{,.kept}
mv "$root"/usr/lib/os-release{,.kept}
boot_fails "the zone's root is no system: it has no /usr/lib/os-release" 2
mv "$root"/etc/os-release{.kept,}
mv "$root"/usr/lib/os-release{.kept,}
init_is script <<'END'
#!/bin/sh
echo these are my last words
exit 3
END
boot_fails '    these are my last words'
erred 'zone a did not boot: its init ended with status 3; the last lines'
is "$(grep -c '^    ' err)" 1
init_is script <<'END'
#!/bin/sh
lines=$(printf %0100d 0)'
'
for i in 1 2 3 4 5 6 7 8 9; do lines=$lines$lines; printf %s "$lines"; done
echo these are my last words
exit 0
END
boot_fails '    these are my last words'
# What prints that much for longer than a boot is looked at has run, and ended.
init_is script <<'END'
#!/bin/sh
head -c 100000000 /dev/zero | tr '\0' 'x' | fold -w 100
END
ran_any "$ZONEADM" -z a boot
wait_for state_becomes installed
wait_for no_supervisor
nothing_left a
# An absolute link is one of the zone's.
mv "$systemd.kept" "$systemd"
rm "$root/usr/sbin/init"
ln -s /usr/lib/systemd/systemd "$root/usr/sbin/init"
zoneadm_rc 0 -z a boot
is_state a running

# ---- what is so already, and what cannot be ----

zoneadm_rc 0 -z a boot
erred 'already booted'
zoneadm_rc 1 -z a ready
erred 'halt it first'
is_state a running
zoneadm -z a halt
zoneadm_rc 0 -z a halt
erred 'already halted'
zoneadm_rc 1 -z a reboot
zoneadm_rc 1 -z a shutdown
nothing_left_later() {
	wait_for no_supervisor
	nothing_left a
}
nothing_left_later
zoneadm -z a ready
is_state a ready
zoneadm_rc 0 -z a ready
erred 'already ready'
is "$("$ZLOGIN" a true 2>&1 || echo "status $?")" "zlogin: zone a is ready, so \
nothing can be run in it: boot it first (zoneadm boot)
status 125"
zoneadm -z a boot
is_state a running
zoneadm -z a halt
zoneadm -z a ready
zoneadm -z a halt
nothing_left_later

# ---- a single user ----

zoneadm -z a boot -s
wait_booted_single() { [[ $("$ZLOGIN" a systemctl is-active rescue.target 2>&1) == active ]]; }
wait_for wait_booted_single
zoneadm -z a halt

# ---- at the same time ----

for i in 1 2 3; do "$ZONEADM" -z a boot 2>"boot.$i" & boots[i]=$!; done
for i in 1 2 3; do wait "${boots[i]}" || fail "$(cat boot.?)"; done
is_state a running
is "$("$ZONEADM" list | grep -c '^a$')" 1
zoneadm -z a halt
for moment in 0 0.02 0.05 0.1 0.2 0.3 0.5; do
	"$ZONEADM" -z a boot 2>boot.err & boot=$!
	sleep "$moment"
	rc=0
	zoneadm_rc 0 -z a halt
	wait "$boot" || rc=$?
	if [ "$rc" != 0 ]; then
		grep -q 'halted meanwhile' boot.err || fail "$(cat boot.err)"
		is_state a installed
	fi
	[ "$rc" != 0 ] || zoneadm_rc 0 -z a halt
done
nothing_left_later

# ---- a zone that does not want to end ----

zoneadm -z a boot
kill -STOP "$(pid_of init)"
zoneadm_rc 0 -z a shutdown -t 2
erred 'has not shut down within 2 seconds'
is_state a installed
nothing_left_later

# ---- a zone whose init cannot hear yet that it is to end: it does once it can ----

systemd=usr/lib/systemd/systemd
mv "$place/a/root/$systemd" "$place/a/root/$systemd.real"
cat >"$place/a/root/$systemd" <<'END'
#!/bin/sh
read -r line </gate
exec /usr/lib/systemd/systemd.real "$@"
END
chmod 755 "$place/a/root/$systemd"
mkfifo "$place/a/root/gate"
zoneadm -z a boot
"$ZONEADM" -z a shutdown -t 30 2>shutdown.err & shutdown=$!
wait_for state_becomes shutting_down
echo go >"$place/a/root/gate"
wait "$shutdown"
! grep . shutdown.err || fail 'it has not heard of its end'
is_state a installed
mv "$place/a/root/$systemd.real" "$place/a/root/$systemd"

# ---- the console: one has it, another may look, and who does not read is in nobody's way ----

zoneadm -z a boot
wait_booted a
mkfifo held
"$ZLOGIN" -C a <held >/dev/null 2>notices & holder=$!
exec 8>held
wait_for grep -q Connected notices
rc=0
"$ZLOGIN" -C a </dev/null >out 2>err || rc=$?
is "$rc" 125
erred "in use by process $holder"
mkfifo stuck
"$ZLOGIN" -C -r a </dev/null >stuck 2>notices.stuck & looker=$!
exec 7<stuck
wait_for grep -q Connected notices.stuck
kill -STOP "$holder"
zlogin_rc 0 a timeout 30 sh -c 'head -c 20000000 /dev/zero | tr "\0" "x" | fold -w 100 >/dev/console'
zlogin a true
kill -CONT "$holder"
zoneadm_rc 0 -z a reboot
is_state a running
kill "$holder" "$looker"
exec 7<&- 8>&-
wait "$holder" "$looker" || true
zoneadm_rc 0 -z a halt
nothing_left_later
