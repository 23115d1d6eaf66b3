# Interfaces of an exclusive zone's own, in a real boot under systemd-nspawn: they are there, and the
# host has what it had when the zone has ended.
# fs: tmpfs
# cgroups: own
. "$tests/zone/lib.sh"
. "$tests/zone/runtime.bash"
driver=$FAULT_HELPERS/platform_driver
[ -x "$driver" ] || fail "$driver is not built"
ip netns add test 2>"$work/err" || skip "no network namespace: $(cat "$work/err")"
host() { ip netns exec test ip "$@"; }
sorted() { LC_ALL=C sort | paste -sd " "; }
links() { host -o link | sed -E 's/^[0-9]+: ([^:@]+).*/\1/' | sorted; }
host link add br0 type bridge
host link set br0 up
for pair in up mv; do
	host link add "${pair}0" type veth peer name "${pair}1"
done
host link set up0 up
before=$(links)
copy_etc
mkdir -p -m 755 "$D/zones"
zonecfg -z a "create; set zonepath=$D/zones/a; set ip-type=exclusive
	add net; set physical=br0; set type=veth; end
	add net; set physical=mv0; set type=moved; end"
wanted='host0 lo mv0'
# Not every kernel has these.
for type in macvlan ipvlan; do
	host link add test0 link up0 type "$type" 2>/dev/null || continue
	host link del test0
	zonecfg -z a "add net; set physical=up0; set type=$type; end"
	[ "$type" = macvlan ] && wanted=${wanted/ mv0/ mv-up0 mv0} || wanted="${wanted/ lo/ iv-up0 lo}"
	break
done
zoneadm_rc 0 -z a install
# It asks nobody anything: it is no first boot.
tr -d - </proc/sys/kernel/random/uuid >"$D/zones/a/root/etc/machine-id"
mkfifo "$work/orders"
nsenter --net=/run/netns/test "$driver" boot a 5 0 "$work/console" <"$work/orders" >"$work/life" \
	2>"$work/said" &
pid=$!
exec 9>"$work/orders"
wait_for grep -qx ready "$work/life"
echo boot >&9
wait_for grep -q '^init ' "$work/life"
init=$(sed -n 's/^init //p' "$work/life")
inside() { nsenter -t "$init" -a "$@" </dev/null; }
is "$(inside ls /sys/class/net | sorted)" "$wanted"
is "$(host -o link show master br0 | grep -c vb-zone-5)" 1
wait_for sh -c "nsenter -t $init -a systemctl is-system-running | grep -Eqx 'running|degraded'"
echo poweroff >&9
exec 9>&-
wait "$pid" || fail "the driver has failed: $(cat "$work/said")"
is "$(sed -n 's/^status //p' "$work/life")" 0
is "$(links)" "$before"

# What the host has not, or not any more, is said before the engine is asked; and that one cable is
# what it can lay.
refused() {
	rm -r /run/zones/a.d
	ran 0 nsenter --net=/run/netns/test "$driver" boot a 6 0 "$work/console"
	erred "$1"
	is "$(cat "$work/out")" 'status 1'
}
zonecfg -z a 'add net; set physical=br1; set type=veth; end'
refused 'net br1: this host has no interface br1'
host link add br1 type veth peer name br2
refused 'net br1: br1 is no bridge, which type=veth connects the zone to'
host link del br1
host link add br1 type bridge
refused 'the zone has 2 nets with type=veth, and can have one'
