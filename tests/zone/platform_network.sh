# Addresses and routes of a zone that shares the host's network: there, used, and gone without a
# trace.
# fs: tmpfs
. "$tests/zone/lib.sh"
driver=$FAULT_HELPERS/platform_driver
[ -x "$driver" ] || fail "$driver is not built"
need_cmd ip
# A network of the test's own, with the files that are there now.
rm -f /etc/hosts
echo '203.0.113.5 zt-by-name' >/etc/hosts
if ! ip netns add test 2>"$work/err"; then
	skip "no network namespace: $(cat "$work/err")"
fi
host() { ip netns exec test ip "$@"; }
# network STATUS add|remove
network() { ran "$1" ip netns exec test "$driver" network "$2" a 7; }
for interface in zt0 zt1 zt2; do
	host link add "$interface" type veth peer name "$interface-peer"
	host link set "$interface" up
	host link set "$interface-peer" up
done
host address add 192.0.2.1/24 dev zt0
host address add 2001:db8::1/64 dev zt0 nodad
# All that the kernel has, without the time that is left of something.
look() {
	local family
	for family in -4 -6; do
		host "$family" -o address | sed 's/ [0-9]*sec//g'
		host "$family" rule
		host "$family" route show table all
	done
}
# Link-local addresses come when they like.
wait_for sh -c "! ip netns exec test ip -6 address | grep -q tentative"
before=$(look)

zonecfg -z a "create; set zonepath=$D/a
	add net; set physical=zt0; set address=192.0.2.10/24; set defrouter=192.0.2.254; end
	add net; set physical=zt0; set address=2001:db8::10/64; set defrouter=2001:db8::ff; end
	add net; set physical=zt1; set address=198.51.100.7; end
	add net; set physical=zt1; set address=zt-by-name; end
	add net; set physical=zt2; set address=10.9.0.1/24; end"
network 0 add
silent
for address in 'zt0 +inet 192.0.2.10/24' 'zt0 +inet6 2001:db8::10/64' 'zt1 +inet 198.51.100.7/32' \
	'zt1 +inet 203.0.113.5/32' 'zt2 +inet 10.9.0.1/24'; do
	[[ $(look) =~ $address ]] || fail "no $address in: $(look)"
done
# What comes from the address goes by its router, but for neighbours; the host does not.
route() { host route get "$1" from "$2" 2>&1; }
[[ $(route 8.8.8.8 192.0.2.10) == *via\ 192.0.2.254*zt0* ]] || fail "$(route 8.8.8.8 192.0.2.10)"
[[ $(route 192.0.2.77 192.0.2.10) != *via* ]] || fail "$(route 192.0.2.77 192.0.2.10)"
[[ $(route 8.8.8.8 192.0.2.1) == *unreachable* ]] || fail "$(route 8.8.8.8 192.0.2.1)"
[[ $(route 2001:4860::8 2001:db8::10) == *via\ 2001:db8::ff* ]] ||
	fail "$(route 2001:4860::8 2001:db8::10)"
# Nobody can have it twice.
network 1 add
erred 'net zt0 192.0.2.10/24: the host has this address already, on its interface zt0: remove it there'
[[ $(look) == *192.0.2.10/24* ]] || fail 'an address that was there is gone'

# Of those that came later into its network, none goes with it.
host address add 10.9.0.2/24 dev zt2
[[ $(host address show dev zt2) =~ 10.9.0.2/24.*secondary ]] || fail 'it is no secondary address'
sed -i 's/zt-by-name/203.0.113.5/' /etc/zones/a.xml
network 0 remove
silent
[[ $(host address show dev zt2) == *10.9.0.2/24* ]] || fail 'an address of the host is gone'
is "$(ip netns exec test cat /proc/sys/net/ipv4/conf/zt2/promote_secondaries)" 0
host address del 10.9.0.2/24 dev zt2
is "$(look)" "$before"
# What is not there is no error.
network 0 remove
silent

# What cannot be is said.
zonecfg -z a 'remove -F net; add net; set physical=zt1; set address=zt-unknown; end'
network 1 add
erred 'net zt1 zt-unknown: no address is known for that name'
zonecfg -z a 'remove -F net; add net; set physical=zt9; set address=10.8.0.1/24; end'
network 1 add
erred 'Cannot find device "zt9"'
is "$(look)" "$before"
