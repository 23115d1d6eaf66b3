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
zoneadm -z a halt
nothing_left a

# ---- and with a user namespace, from the first boot on ----

zonecfg_rc 0 -z a 'add attr; set name=private-users; set type=boolean; set value=true; end'
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
zoneadm -z a halt
nothing_left a
