# zoneadm verify: addresses and interfaces, beside the host's and other zones'.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/verify.bash"

# What interfaces and addresses this host has is not for the test to know: verify gets a network of
# its own, made anew each time.
unshare --net -- sh -c 'ip link add t0 type bridge' 2>/dev/null || skip 'cannot make interfaces'
program=$ZONEADM ZONEADM=$work/alone
cat >"$ZONEADM" <<END
#!/bin/sh
exec unshare --net -- sh -c 'ip link set lo up && ip link add t0 type bridge &&
	ip link add t1 type bridge && ip link add v0 type veth peer v1 && ip address add 192.0.2.99/24 dev t1 &&
	exec "\$@"' - '$program' "\$@"
END
chmod 755 "$ZONEADM"

# A zone runs as long as what is its init does.
lives() {
	sleep 1000 &
	init=$!
	printf 'id=1\nsince=1\nsupervisor=1 1\ninit=%s %s\nruntime=nspawn\nstate=running\n' "$init" \
		"$(cut -d' ' -f22 "/proc/$init/stat")" >"/run/zones/$1.live"
}
dies() {
	kill -9 "$init"
	wait "$init" 2>/dev/null || true
	rm "/run/zones/$1.live"
}

net() {
	echo "add net; set physical=$1; set address=$2; ${3-}; end"
}
fine "$(net t0 192.0.2.10/24 'set defrouter=192.0.2.1')"
fine "$(net t0 2001:db8::10/64 'set defrouter=2001:db8::1')"
fine "$(net t0 192.0.2.10); $(net t0 192.0.2.11); $(net t0 2001:db8::10/64)"
doubtful "$(net nosuch0 192.0.2.10)" \
	'net nosuch0 192.0.2.10: this host has no interface nosuch0 now'
doubtful "$(net t0 192.0.2.99/24)" \
	'net t0 192.0.2.99/24: the host has address 192.0.2.99/24 on its interface t1'
doubtful "$(net t1 192.0.2.99/24)" \
	'net t1 192.0.2.99/24: address 192.0.2.99/24 is set on t1 already: by the host, or left'
wrong "$(net t0 nosuch.invalid)" 'net t0 nosuch.invalid: address nosuch.invalid: '
wrong "$(net t0 192.0.2.10 'set defrouter=2001:db8::1')" \
	'net t0 192.0.2.10: defrouter 2001:db8::1 and address 192.0.2.10 must both be'

# Addresses that no host has as its own.
cannot() {
	wrong "$(net t0 "$1")" "net t0 $1: address $1 $2"
}
cannot 0.0.0.0 'stands for this host itself, or for any'
cannot 0.1.2.3/8 'stands for this host itself, or for any'
cannot 224.0.0.1 'is a multicast address: a zone cannot have it'
cannot 239.255.255.255/24 'is a multicast address'
cannot 240.0.0.1/24 'is reserved'
cannot 255.255.255.255 'is reserved or a broadcast address'
cannot ff02::1/64 'is a multicast address'
cannot ::/64 'stands for any address'
cannot ::ffff:192.0.2.10/120 'is an IPv4 address in the form of an IPv6 one (write it as IPv4)'
cannot 192.0.2.10/0 'has the prefix /0'
cannot 2001:db8::10/0 'has the prefix /0'
cannot 192.0.2.0/24 'is that of the network itself'
cannot 192.0.2.255/24 'is the broadcast address of its network'
cannot 192.0.2.16/30 'is that of the network itself'
cannot 192.0.2.19/30 'is the broadcast address'
for address in 192.0.2.0/31 192.0.2.1/31 192.0.2.0/32 192.0.2.255/32 192.0.2.255/23 \
	192.0.2.17/30 192.0.2.0 2001:db8::/127 2001:db8::/128 2001:db8::ffff:ffff:ffff:ffff/64; do
	fine "$(net t0 $address)"
done
doubtful "$(net t0 2001:db8:0:1::/64)" 'net t0 2001:db8:0:1::/64: address 2001:db8:0:1::/64 is that '
cannot 127.0.0.1/8 'is a loopback address, which is only on physical=lo'
cannot 127.255.255.254 'is a loopback address'
cannot ::1/128 'is a loopback address'
cannot localhost 'is a loopback address'

# The loopback interface is the host's.
doubtful "$(net lo 127.0.0.1/8)" 'net lo 127.0.0.1/8: physical=lo: a shared zone uses the host'
doubtful "$(net lo ::1/128)" 'net lo ::1/128: physical=lo: a shared zone uses'
doubtful "$(net lo 192.0.2.10/32)" 'net lo 192.0.2.10/32: physical=lo: address 192.0.2.10/32 will be'

# The router.
router() {
	wrong "$(net t0 "$1" "set defrouter=$2")" "net t0 $1: defrouter $2 $3"
}
router 192.0.2.10/24 192.0.2.10 "is the zone's own address"
router 192.0.2.10 192.0.2.10 "is the zone's own address"
router 2001:db8::10/64 2001:db8::10 "is the zone's own address"
router 192.0.2.10/24 192.0.2.0 'is that of the network itself: no router has it'
router 192.0.2.10/24 192.0.2.255 'is the broadcast address of its network: no router has it'
router 192.0.2.10/24 224.0.0.2 'is a multicast address: no router has it'
router 192.0.2.10/24 127.0.0.1 'is a loopback address: no router has it'
doubtful "$(net t0 192.0.2.10/24 'set defrouter=198.51.100.1')" \
	'net t0 192.0.2.10/24: defrouter 198.51.100.1 is not in the network of address 192.0.2.10/24'
doubtful "$(net t0 2001:db8::10/64 'set defrouter=2001:db8:1::1')" \
	'net t0 2001:db8::10/64: defrouter 2001:db8:1::1 is not in the network'
fine "$(net t0 192.0.2.10 'set defrouter=198.51.100.1')"
fine "$(net t0 192.0.2.10/24 'set defrouter=192.0.2.254')"
fine "$(net t0 192.0.2.10/31 'set defrouter=192.0.2.11')"
fine "$(net t0 2001:db8::10/64 'set defrouter=fe80::1')"

# Each pair that clashes is told of once, and which it is.
wrong "$(net t0 192.0.2.10/24); $(net t1 192.0.2.10/32)" \
	'net t1 192.0.2.10/32: another net of this zone has address 192.0.2.10, too'
with "$(net t0 192.0.2.10/24); $(net t0 192.0.2.10/25); $(net t1 192.0.2.10)"
zoneadm_rc 1 -z web verify
is "$(grep -c 'another net of this zone' "$work/err")" 3
is "$(sort "$work/err" | uniq -d)" ''

# Other zones.
zonecfg -z other "create; set zonepath=$zones/other; $(net lo 192.0.2.10/16)
	$(net t0 2001:db8::1:0/112); $(net t1 192.0.2.10/32); commit"
set_state other installed
with "$(net t0 192.0.2.10)"
zoneadm_rc 0 -z web verify
erred 'zone other has address 192.0.2.10, too (net lo 192.0.2.10/16): '
erred 'zone other has address 192.0.2.10, too (net t1 192.0.2.10/32): '
is "$(wc -l <"$work/err")" 2
zonecfg -z other 'remove net physical=t1; commit'
doubtful "$(net t0 192.0.2.10)" 'net t0 192.0.2.10: zone other has address 192.0.2.10, too'
doubtful "$(net t0 2001:db8:0::0:1:0/64)" \
	'net t0 2001:db8::1:0/64: zone other has address 2001:db8::1:0, too'
fine "$(net t0 192.0.2.1)"
# Only one that runs keeps others from booting.
lives other
wrong "$(net t0 2001:db8::1:0/64)" 'net t0 2001:db8::1:0/64: zone other has address 2001:db8::1:0,'
dies other
zonecfg -z other 'delete -F'

# Interfaces of their own.
own() {
	echo "set ip-type=exclusive; add net; set physical=$1; ${2-}; end"
}
fine "$(own t0)"
fine "$(own t0 'set type=moved')"
fine "$(own t0 'set type=veth')"
wrong "$(own v0 'set type=veth')" 'net v0: v0 is no bridge, which type=veth connects the zone to: '
doubtful "$(own t9 'set type=veth')" 'net t9: this host has no interface t9 now'
doubtful "$(own t9)" 'net t9: this host has no interface t9 now'
doubtful "$(own t1 'set type=moved')" 'net t1: the host has addresses on t1'
wrong "$(own lo)" 'net lo: physical=lo: '
zonecfg -z other "create; set zonepath=$zones/other; $(own t0); commit"
set_state other installed
fine "$(own t0)"
doubtful "$(own t0 'set type=moved')" 'net t0: zone other uses the interface t0, too'
zonecfg -z other 'select net physical=t0; set type=moved; end; commit'
doubtful "$(own t0)" 'net t0: zone other uses the interface t0, too'
lives other
wrong "$(own t0)" 'net t0: zone other uses the interface t0, too'
dies other
# What is wrong with another zone is no reason, but it is said.
echo >/etc/zones/other.xml
doubtful "$(own t0)" '/etc/zones/other.xml:'
