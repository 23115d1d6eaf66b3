# Processes of a zone's root that attack what the host does in the zone, with a user namespace and
# without: the host's programs cannot be written to, and nothing of the host's is left open.
# fs: ext4
# cgroups: own
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
. "$tests/zone/runtime.bash"
hunter=$FAULT_HELPERS/hunter
[ -x "$hunter" ] || fail "$hunter is not built"
# With an address of the host's network, it has no user namespace.
make_zone_a 'add net; set physical=lo; set address=127.99.0.1/32; end'
zoneadm_rc 0 -z a install
root=$place/a/root
# The first boot asks for nothing.
sed -i 's,^root:!unprovisioned:,root:*:,' "$root/etc/shadow"
cp "$hunter" "$root/root/hunter"

# boots: as far as it goes, with its init's own word for that.
boots() {
	zoneadm_rc 0 -z a boot
	wait_for quiet_zlogin systemctl is-active multi-user.target
}
quiet_zlogin() { "$ZLOGIN" a "$@" >/dev/null 2>&1 </dev/null; }

hunts() {
	quiet_zlogin sh -c "setsid /root/hunter /${ZLOGIN##*/} >/root/prey 2>&1 </dev/null &"
	wait_for grep -q ready "$root/root/prey"
}

# fds PID: what a process of the zone has open of the host's.
fds() {
	find "/proc/$1/fd" -type l -printf '%l\n' | grep -e "$work" -e /run/zones -e ptmx || true
}

# ---- root of the zone is the same user as root of the host ----

boots
hunts
for _ in {1..200}; do
	! grep -q caught "$root/root/prey" || break
	quiet_zlogin true
done
grep -q caught "$root/root/prey" || fail 'the hunter has caught nothing'
! grep writable "$root/root/prey" || fail 'the zone can write to programs of the host'
# What becomes init has the engine's program until then.
engine=$(pgrep -P "$(sed -n 's/^engine=\([0-9]*\) .*/\1/p' /run/zones/a.live)")
is "$(cat "/proc/$engine/comm")" systemd-nspawn
! nsenter -t "$engine" -m test -w "/proc/$engine/exe" || fail 'the engine can be written to'
is "$(fds "$(sed -n 's/^init=\([0-9]*\) .*/\1/p' /run/zones/a.live)")" ''
# Nor does what it makes of control groups keep it from being halted.
# Their names are longer than a path can be.
deep=$(printf 'deep%.0s' {1..50})
unified=$(findmnt -rnt cgroup2 -o TARGET | head -n 1)/zones/a/payload
zlogin a sh -c 'cd "$(findmnt -rnt cgroup2 -o TARGET | head -n 1)" && mkdir frozen || exit
	setsid sh -c "echo 0 >frozen/cgroup.procs; exec sleep 1000" >/dev/null 2>&1 </dev/null &
	until grep -q . frozen/cgroup.procs; do sleep 0.05; done
	echo 1 >frozen/cgroup.freeze
	seq -f wide%g 2000 | xargs mkdir
	while mkdir "$0" 2>/dev/null; do cd -P "$0"; done' "$deep"
is "$(find "$unified" -name 'wide*' | wc -l)" 2000
[ "$(find "$unified" -name "$deep" | wc -l)" -gt 50 ] || fail 'its groups are not deep'
is "$(cat "$unified/frozen/cgroup.freeze")" 1
# Else it would outlive this test, if that fails.
thaw() {
	local state
	for state in $(find /sys/fs/cgroup -name freezer.state); do echo THAWED >"$state" || true; done 2>/dev/null
}
trap thaw EXIT
if grep -q ' cgroup .*[ ,]freezer[ ,]' /proc/self/mounts; then
	zlogin a sh -c 'mount -o remount,bind,rw /sys/fs/cgroup/freezer
		cd /sys/fs/cgroup/freezer && mkdir v1
		cd "$(findmnt -rnt cgroup2 -o TARGET | head -n 1)" || exit
		while cd -P "$0" 2>/dev/null; do :; done
		freezer=/sys/fs/cgroup/freezer/v1
		setsid sh -c "echo 0 >cgroup.procs && echo 0 >$freezer/cgroup.procs; exec sleep 1000" >/dev/null 2>&1 </dev/null &
		until grep -q . $freezer/cgroup.procs; do sleep 0.05; done
		grep -q . cgroup.procs || exit
		echo FROZEN >$freezer/freezer.state' "$deep"
fi
# Hierarchies of version 1 that it mounts show its own groups, not those of whoever has booted it.
for controller in $(sed -nE 's/^[1-9][0-9]*:([a-z_,]+):.*/\1/p' /proc/self/cgroup); do
	zlogin a sh -c 'mkdir -p /run/v1 && mount -t cgroup -o "$0" none /run/v1 && mkdir /run/v1/made
		umount /run/v1' "$controller"
	point=$(findmnt -rnt cgroup -O "$controller" -o TARGET | head -n 1)
	is "$(find "$point" -name made)" "$point/zones/a/payload/made"
done
zoneadm -z a halt
nothing_left a

# ---- and with a user namespace, from the first boot on ----

zonecfg_rc 0 -z a 'add attr; set name=private-users; set type=boolean; set value=true; end
	set max-processes=500'
rm "$root/etc/machine-id" "$root/root/prey"
sed -i 's,^root:\*:,root:!unprovisioned:,' "$root/etc/shadow"
zoneadm_rc 0 -z a boot
wait_for quiet_zlogin systemctl is-active systemd-journald.service
zlogin a sh -c 'stat -c %u /run/systemd /run/systemd/system; touch /run/systemd/system/x.service'
said_only $'0\n0'
hunts
for _ in {1..40}; do
	quiet_zlogin true
done
is "$(cat "$root/root/prey")" ready
# Processes that beget processes as long as they may, and mounts: all end at once.
zlogin a sh -c 'mkdir /run/m; mount -t tmpfs none /run/m; cd /run/m
	seq -f "/run/m/%g" 1000 | xargs mkdir; for n in $(seq 1000); do echo "none /run/m/$n tmpfs"; done >/run/fstab
	mount -a -T /run/fstab; grep -c /run/m/ /proc/mounts'
said_only 1000
pids=$(find /sys/fs/cgroup -path '*/zones/a/pids.current' | head -n 1)
if [ -n "$pids" ]; then
	"$ZLOGIN" a bash -c 'bomb() { bomb | bomb & }; bomb; sleep 1000' >/dev/null 2>&1 </dev/null &
	full() { [ "$(cat "$pids")" -ge 490 ]; }
	wait_for full
fi
zoneadm -z a halt
nothing_left a

# ---- an init that does nothing that it is asked for, and floods who listens ----

mkdir "$root/root/kept"
mv "$root/usr/lib/systemd/systemd" "$root/root/kept"
cat >"$root/usr/lib/systemd/systemd" <<'END'
#!/usr/bin/perl
use Socket;
$SIG{$_} = 'IGNORE' for keys %SIG;
socket(S, AF_UNIX, SOCK_DGRAM, 0) && connect(S, sockaddr_un($ENV{NOTIFY_SOCKET})) or print "$!\n";
if (!fork) { send(S, "READY=1\nSTATUS=x\nX_NSPAWN_LEADER_PID=1\n", 0) while 1 }
if (!fork) { syswrite(STDOUT, "flood\n" x 1000) while 1 }
syswrite(STDOUT, "begun\n");
sleep 1000 while 1;
END
chmod 755 "$root/usr/lib/systemd/systemd"
zoneadm_rc 0 -z a boot
"$ZLOGIN" -C -Q a </dev/null >console 2>/dev/null & console=$!
wait_for grep -q flood console
kill "$console"
wait "$console" || true
zlogin -S a true
zoneadm_rc 0 -z a shutdown -t 1
erred 'has not shut down within 1 second'
nothing_left a
