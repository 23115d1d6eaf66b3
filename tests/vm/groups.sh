# Limits of a zone in cgroup2: they are in force, the zone's init can limit its services, and the
# supervisor that was killed has a successor. That is so with limits, too, as the groups of zones
# are not below those of supervisors.
zone=web
groups=/sys/fs/cgroup/machine.slice/zone-groups.service/$zone
state() { echo "$1: $(zoneadm -z $zone list -p | cut -d: -f3) $(systemctl is-active zoneadmd@$zone)"; }
main() { systemctl show -P MainPID "$1"; }
# until_main UNIT PID: it has another main process.
until_main() {
	local tries=600
	until [ "$(systemctl is-active "$1")" = active ] && [ "$(main "$1")" != "$2" ]; do
		[ $((tries -= 1)) -gt 0 ] || break
		sleep 0.1
	done
}
mkdir -m 755 /zones
zonecfg -z $zone "create; set zonepath=/zones/$zone; set max-processes=150; set cpu-shares=3
	add capped-memory; set physical=256M; end
	add capped-cpu; set ncpus=0.5; end"
zoneadm -z $zone install >/install.log 2>&1 || cat /install.log
zoneadm -z $zone boot
#= booted: running active
state booted
#= 268435456 150 50000 100000 300
(cd $groups && cat memory.max pids.max cpu.max cpu.weight) | xargs
#= cpuset cpu io memory pids
zlogin $zone cat /sys/fs/cgroup/cgroup.controllers </dev/null
#= Operation not permitted
zlogin $zone mknod /dev/disk b 254 0 </dev/null 2>&1 | sed 's/.*: //'
pid=$(main zoneadmd@$zone)
kill -9 "$pid"
until_main zoneadmd@$zone "$pid"
#= supervisor killed: running active
state 'supervisor killed'
kill -9 "$(main zone-groups)"
pid=$(main zoneadmd@$zone)
kill -9 "$pid"
until_main zoneadmd@$zone "$pid"
#= both killed: running active
state 'both killed'
zoneadm -z $zone shutdown
#= shut down: installed
state 'shut down' | sed 's/ [a-z-]*$//'
zoneadm -z $zone boot
#= booted again: running active
state 'booted again'
