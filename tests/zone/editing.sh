# select, remove, info and their filters; lists; cancel, revert; commands where they do not belong.
# fs: tmpfs
. "$tests/zone/lib.sh"
zonecfg -z a 'create; set zonepath=/zones/a
	add net; set physical=eth0; set address=192.0.2.1/24; end
	add net; set physical=eth0; set address=192.0.2.2; set defrouter=192.0.2.254; end
	add net; set physical=eth1; set address=2001:db8::1/64; end
	add fs; set dir=/data; set special="/srv/my data"; set type=lofs;
	set options=[ro,mode=0755,nodev]; end'

# Filters: by one property or several, with commas or blanks, in any spelling of the value.
zonecfg -z a 'info net address=192.0.2.1/24'
said_only "$(printf 'net:\n\tphysical: eth0\n\taddress: 192.0.2.1/24\n%s' \
	$'\tdefrouter not specified\n\ttype not specified')"
zonecfg -z a 'info net physical=eth0'
is "$(grep -c ^net: out)" 2
for filter in 'physical=eth0,address=192.0.2.2' 'address=192.0.2.2 physical=eth0' \
	'defrouter=192.0.2.254' 'physical=eth0, address=192.0.2.2, defrouter=192.0.2.254'; do
	zonecfg -z a "info net $filter"
	is "$(grep -c ^net: out)" 1
	said 'address: 192.0.2.2'
done
zonecfg -z a 'info net address=2001:DB8:0:0::1/64'
said 'physical: eth1'
zonecfg -z a 'info fs special="/srv/my data"; info fs options=[ro,mode=0755,nodev]'
is "$(grep -c 'options: \[ro,mode=0755,nodev\]' out)" 2
denies 'the zone has no such net: "info net" shows all' 'info net address=192.0.2.9'
denies 'address: "nonsense!" is not' 'info net address=nonsense!'
denies 'net has no property dir' 'select net dir=/x'
denies '3 resources are meant (net eth0 192.0.2.1/24, net eth0 192.0.2.2, net eth1 2001:db8::1/64)' \
	'select net'
denies '2 resources are meant' 'select net physical=eth0'
denies 'the zone has no such net: it has net eth0 192.0.2.1/24, net' \
	'select net address=192.0.2.9'
denies 'the zone has no such attr: it has none; "add" begins one' 'select attr'
zonecfg -z a 'info attr'
said_only 'The zone has no attr.'

# select: changed in its place; the key may change, but not to that of another.
zonecfg -z a 'select net address=192.0.2.2; set address=192.0.2.3; clear defrouter; info; end'
said 'address: 192.0.2.3'
is "$(xml_of a '/zone/network[2]/@address')" 192.0.2.3
is "$(xml_of a '/zone/network[2]/@defrouter')" ''
denies 'the zone has one like this already' \
	'select net address=192.0.2.3; set address=192.0.2.1/24; end'
denies 'the zone has one like this already' \
	'select net address=192.0.2.1/24; set address=192.0.2.3; end'
zonecfg -z a 'select net address=192.0.2.3; end'
before=$(stored)
zonecfg -z a 'select net address=192.0.2.3; set address=192.0.2.9; cancel; add attr; set name=x; cancel'
is "$(stored)" "$before"
denies 'physical cannot be cleared, as net needs it' 'select net address=192.0.2.3; clear physical'

# Lists.
options() {
	zonecfg -z a info
	is "$(sed -n 's/^.options: //p' out)" "$1"
}
zonecfg -z a 'select fs; add options noexec; end'
options '[ro,mode=0755,nodev,noexec]'
zonecfg -z a 'select fs; remove options [mode=0755,ro]; end'
options '[nodev,noexec]'
zonecfg -z a 'select fs; remove options "nodev"; add options [ro,"a=b"]; end'
options '[noexec,ro,a=b]'
zonecfg -z a 'select fs; remove options "a=b"; set options=[]; end'
options '[]'
zonecfg -z a 'select fs; set options=[a,b]; clear options; end'
options '[]'
zonecfg -z a 'select fs; set options=nosuid; end'
options '[nosuid]'
denies 'options has no nodev' 'select fs; remove options nodev'
denies 'nosuid is there twice' 'select fs; add options nosuid'
denies '"," or "]"' 'select fs; set options=[a'
denies 'an item of the list' 'select fs; set options=[a,,b]'
denies 'remove takes items out of a list' 'select fs; remove special'

# remove: which one must be clear.
denies '3 resources net are meant: name one' 'remove net'
denies '2 resources net are meant' 'remove net physical=eth0'
denies 'the zone has no such net' 'remove net address=192.0.2.9'
denies 'the zone has no such attr' 'remove -F attr'
denies 'remove takes a resource and which one it is' 'remove net eth0'
zonecfg -z a 'remove net address=192.0.2.3; remove fs'
is "$(xml_of a 'count(/zone/*)')" 2
zonecfg -z a 'remove -F net'
is "$(xml_of a 'count(/zone/*)')" 0

# Where commands do not belong.
for command in create delete export revert 'select net' 'add fs'; do
	denies 'net' "add net; $command"
done
denies 'create is a command for the zone: end or cancel the net first' 'add net; create'
denies 'a net is being edited: end or cancel it first' 'add net; add net'
for command in end cancel; do
	denies "$command is a command for a resource: add or select one first" "$command"
done
for command in verify commit; do
	denies "the net is not ended: end or cancel it before $command" "add net; $command"
done
denies 'add takes the kind of resource alone' 'add net eth0'
denies 'there is no option "-x"; usage: delete [-F]' 'delete -x'
denies 'the option -F is given twice' 'delete -F -F'
denies 'found "now" where the end of the command belongs' 'commit now'
denies 'there is no command "comit"; did you mean "commit"?' 'comit'
denies 'did you mean "commit"?' 'COMMIT'

# revert, also of what another command has changed meanwhile; export to a file.
zonecfg -z a 'set bootargs=x; revert -F; info bootargs'
said_only 'bootargs: '
denies 'revert asks before it throws something away' 'set bootargs=x; revert'
zonecfg -z a 'set bootargs="a b"; export -f exported'
is "$(cat exported)" "$(printf 'create -b\nset zonepath=/zones/a\nset bootargs="a b"')"
is "$(stat -c %a exported)" 644
denies 'cannot write nowhere/exported: No such file or directory' 'export -f nowhere/exported'
zonecfg_beside -z b -f exported
registry_sound
