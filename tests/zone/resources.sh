# Every resource: what it must have, what is taken and refused, and how it is stored.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone a

# keeps XPATH VALUE COMMANDS: a resource made by these commands is stored; it is then removed.
keeps() {
	local kind
	zonecfg -z a "add $3; end"
	is "$(xml_of a "$1")" "$2"
	registry_sound
	kind=${3%%;*}
	zonecfg -z a "remove $kind"
	is "$(xml_of a 'count(/zone/*)')" 0
}

keeps /zone/inherited-pkg-dir/@directory /usr 'inherit-pkg-dir; set dir=/usr/'
keeps /zone/filesystem/@type lofs 'fs; set dir=/x; set special=/y; set type=lofs'
keeps 'count(/zone/filesystem/fsoption)' 2 'fs; set dir=/x; set special=/y; set type=lofs;
	set options=[ro,nosuid]'
keeps /zone/filesystem/@raw /dev/r \
	'fs; set type=ext4; set raw=/dev/r; set special=LABEL=x; set dir=/x'
keeps /zone/filesystem/@special server:/path \
	'fs; set type=nfs; set special=server:/path; set dir=/x'
keeps /zone/network/@address 192.0.2.1 'net; set physical=eth0; set address=192.0.2.1'
keeps /zone/network/@address 2001:db8::1/64 'net; set physical=eth0; set address=2001:DB8:0::1/064'
keeps /zone/network/@address www.example.org 'net; set physical=eth0.7; set address=www.example.org'
keeps /zone/network/@defrouter 192.0.2.254 \
	'net; set physical=e; set address=192.0.2.1/24; set defrouter=192.0.2.254'
keeps /zone/device/@match '/dev/dri/*' 'device; set match=/dev/dri/*'
keeps /zone/pset/@ncpu_max 4 'dedicated-cpu; set ncpus=2-4'
keeps /zone/pset/@ncpu_min 2 'dedicated-cpu; set ncpus=2'
keeps /zone/capped-cpu/@ncpus 1.5 'capped-cpu; set ncpus=01.50'
keeps /zone/mcap/@physcap 2G 'capped-memory; set physical=2048m'
keeps /zone/mcap/@swapcap 0 'capped-memory; set swap=0'
keeps /zone/rctl/rctl-value/@limit 4K \
	'rctl; set name=process.max-file-descriptor; add value (priv=privileged,limit=4K,action=deny)'
keeps 'count(/zone/rctl/rctl-value)' 2 'rctl; set name=process.max-core-size;
	add value (priv=basic,limit=1,action=none); add value (action=deny,limit=2,priv=privileged)'
keeps /zone/attr/@value 'the "web" server' \
	'attr; set name=comment; set type=string; set value="the \"web\" server"'
keeps /zone/attr/@value -17 'attr; set name=n; set type=int; set value=-17'
keeps /zone/attr/@value false 'attr; set name=n; set type=boolean; set value=false'
keeps /zone/dataset/@name tank/data 'dataset; set name=tank/data'
keeps /zone/dataset/@name /srv/sub 'dataset; set name=/srv//sub'
keeps /zone/admin/@auths login,manage 'admin; set user=alice; set auths=login,manage'

# What must be set, and that it is not repeated.
while IFS='|' read -r kind missing; do
	denies "$missing" "add $kind; end"
	denies "$kind" "add $kind; end"
done <<-'END'
	inherit-pkg-dir|dir is not set: set dir=/usr
	fs|dir is not set
	fs|special is not set
	fs|type is not set
	net|physical is not set
	net|address is not set: set address=192.0.2.10/24, or set ip-type=exclusive
	device|match is not set
	dedicated-cpu|ncpus is not set
	capped-cpu|ncpus is not set
	capped-memory|neither physical nor swap is set
	rctl|name is not set
	rctl|value is not set: add value (priv=privileged
	attr|name is not set
	dataset|name is not set
	admin|auths is not set
END
while IFS='|' read -r commands twice; do
	denies "$twice" "add $commands; end; add $commands; end"
done <<-'END'
	fs; set dir=/x; set special=/y; set type=lofs|fs /x: the zone has one like this already
	inherit-pkg-dir; set dir=/usr|inherit-pkg-dir /usr: the zone has one like this already
	net; set physical=eth0; set address=192.0.2.1|net eth0 192.0.2.1: the zone has one
	device; set match=/dev/x|device /dev/x: the zone has one like this already
	attr; set name=x; set type=int; set value=1|attr x: the zone has one like this already
	dataset; set name=tank/x|dataset tank/x: the zone has one like this already
	admin; set user=u; set auths=login|admin u: the zone has one like this already
	dedicated-cpu; set ncpus=1|the zone has a dedicated-cpu already: "select dedicated-cpu"
	capped-cpu; set ncpus=1|the zone has a capped-cpu already
	capped-memory; set swap=1G|the zone has a capped-memory already
END

# Values that are wrong.
while IFS='|' read -r kind setting wrong; do
	denies "$wrong" "add $kind; $setting"
done <<-'END'
	fs|set dir=relative|dir: "relative" is not an absolute path
	fs|set dir=/a/./b|is not an absolute path without
	fs|set type="a b"|type: "a b" is not a type of file system
	fs|set options=[ro,ro]|ro is there twice
	fs|add options "a b"|options: "a b" is not one mount option
	fs|set raw=x|raw: "x" is not an absolute path
	fs|set special=|special: 
	fs|remove options ro|options has no ro
	fs|add dir /x|dir is no list: "set dir=/export" sets it
	fs|set zonepath=/x|fs has no property zonepath: it has dir, special, raw, type, options
	net|set physical=this-is-too-long-a-name|is not the name of a network interface
	net|set physical=eth0:1|physical: "eth0:1" is not
	net|set address=192.0.2.300|address: "192.0.2.300" is not
	net|set address=2001:db8::1|address: "2001:db8::1" is not
	net|set address=192.0.2.1/33|address: "192.0.2.1/33" is not
	net|set defrouter=router|defrouter: "router" is not the address of a router
	net|set type=bridge|type: "bridge" is not one of macvlan, ipvlan, veth, moved
	net|set allowed-address=192.0.2.1|use ip-type=shared
	device|set match=dev|match: "dev" is not an absolute path
	dedicated-cpu|set ncpus=4-2|ncpus: "4-2" is not
	dedicated-cpu|set ncpus=0|ncpus: "0" is not
	dedicated-cpu|set importance=1|leave importance away
	capped-cpu|set ncpus=0.001|ncpus: "0.001" is not
	capped-cpu|set ncpus=0|ncpus: "0" is not
	capped-memory|set physical=1K|physical: "1K" is not a size from 1M to 1048576T
	capped-memory|set physical=9999999T|physical: "9999999T" is not
	capped-memory|set locked=1G|use an rctl process.max-locked-memory
	rctl|set name=zone.max-lwps|is not a resource control that Linux has
	rctl|add value (priv=privileged,limit=1)|is not complete
	rctl|add value (priv=system,limit=1,action=deny)|is not complete
	rctl|add value (priv=basic,limit=x,action=deny)|is not complete
	rctl|add value (priv=basic,limit=1,action=deny,extra=1)|is not complete
	rctl|add value (priv=basic,priv=basic,limit=1,action=deny)|stands twice in one value
	rctl|add value simple|value takes complex values
	attr|set name=-x|name: "-x" is not a name of letters
	attr|set type=float|type: "float" is not one of string, boolean, int, uint
	attr|set name=x; set type=uint; set value=-1; end|a whole number without a sign
	attr|set name=x; set type=int; set value=1.5; end|the value of an int is a whole number
	attr|set name=x; set type=boolean; set value=yes; end|true or false
	dataset|set name=7tank|name: "7tank" is not a ZFS dataset
	dataset|set name=tank/|name: "tank/" is not a ZFS dataset
	admin|set user="a b"|is not the name of a user
	admin|set auths=root|auths: "root" is not a list of login, manage, clonefrom
	nothing|set dir=/x|there is no resource nothing: there are inherit-pkg-dir, fs
END

# What excludes what.
shared='add net; set physical=eth0; set address=192.0.2.1; end'
denies 'a zone with ip-type=exclusive sets its addresses' "set ip-type=exclusive; $shared"
denies 'a zone with ip-type=exclusive sets its addresses' "$shared; set ip-type=exclusive"
denies 'type is for zones with ip-type=exclusive' \
	'add net; set physical=e; set address=::1/1; set type=veth; end'
denies 'dedicated CPUs cannot be capped' \
	'add capped-cpu; set ncpus=1; end; add dedicated-cpu; set ncpus=1; end'
denies 'dedicated CPUs are not shared' 'set cpu-shares=2; add dedicated-cpu; set ncpus=1; end'
denies 'dedicated CPUs are not shared' 'add dedicated-cpu; set ncpus=1; end; set cpu-shares=2'
value='add value (priv=privileged,limit=100,action=deny); end'
denies 'max-processes sets the same limit' \
	"set max-processes=100; add rctl; set name=zone.max-processes; $value"
denies 'capped-memory sets the same limit' \
	"add rctl; set name=zone.max-swap; $value; add capped-memory; set swap=1G; end"
zonecfg -z a 'set ip-type=exclusive; add net; set physical=eth0; end;
	add net; set physical=eth1; set type=moved; end'
registry_sound
