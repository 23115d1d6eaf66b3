# Every property of the zone: what is taken, what it becomes, what is refused and with which advice,
# and how it is unset.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone a

# takes PROPERTY VALUE CANONICAL [XML-ATTRIBUTE]
takes() {
	zonecfg -z a "set $1=$2"
	zonecfg -z a "info $1"
	said_only "$1: $3"
	is "$(xml_of a "/zone/@${4:-$1}")" "$(sed 's/^"\(.*\)"$/\1/; s/\\\(["\\]\)/\1/g' <<<"$3")"
	registry_sound
}

takes zonepath /zones//a/ /zones/a
takes zonepath '"/zones/with blank"' '"/zones/with blank"'
takes zonepath '/zones/a:b' '/zones/a:b'
is "$(index_line a)" 'a:configured:"/zones/a:b":'
takes zonepath /zones/a /zones/a
takes autoboot true true
takes autoboot false false
takes bootargs -s -s
takes bootargs '"-m verbose"' '"-m verbose"'
takes bootargs '"say \"\\\""' '"say \"\\\""'
takes limitpriv default,NET_ADMIN,'!cap_mknod' default,cap_net_admin,'!cap_mknod'
takes machine-id 0123456789ABCDEF0123456789ABCDEF 0123456789abcdef0123456789abcdef
takes fs-allowed ext4,xfs ext4,xfs
takes max-processes 00100 100
takes cpu-shares 100 100
takes ip-type exclusive exclusive
takes ip-type shared shared
takes brand native native

denies 'zonepath: "zones/a" is not an absolute path below /' 'set zonepath=zones/a'
denies 'zonepath: "/" is not an absolute path below /' 'set zonepath=/'
denies 'zonepath: "///" is not an absolute path below /' 'set zonepath=///'
denies 'zonepath: ' 'set zonepath='
denies '"/zones/../etc" is not an absolute path' 'set zonepath=/zones/../etc'
denies 'is not a path without double quotes' 'set zonepath="/zones/\"a"'
denies 'autoboot: "yes" is not one of true, false' 'set autoboot=yes'
denies 'brand: "lx" is not one of native' 'set brand=lx'
denies 'ip-type: "both" is not one of shared, exclusive' 'set ip-type=both'
denies 'machine-id: "123" is not 32 hexadecimal digits' 'set machine-id=123'
denies 'is not 32 hexadecimal digits' 'set machine-id=00000000000000000000000000000000'
denies 'max-processes: "99" is not a number from 100' 'set max-processes=99'
denies 'max-processes: "-1" is not a number from 100' 'set max-processes=-1'
denies 'cpu-shares: "0" is not a number from 1 to 100' 'set cpu-shares=0'
denies 'cpu-shares: "99999999999999999999" is not' 'set cpu-shares=99999999999999999999'
denies 'fs-allowed: "ext4,,xfs" is not' 'set fs-allowed=ext4,,xfs'
denies 'limitpriv: "none" is not "default"' 'set limitpriv=none'
denies 'limitpriv: "default,cap_nothing" is not' 'set limitpriv=default,cap_nothing'
denies 'limitpriv: "default,sys_module" is not' 'set limitpriv=default,sys_module'
denies 'limitpriv: "default,!sys_admin" is not' 'set limitpriv=default,!sys_admin'
denies 'bootargs takes one text, and no list' 'set bootargs=[a,b]'
denies 'autoboot takes one text, and no list' 'set autoboot=[]'
denies 'the zone has no property nothing: it has zonename, zonepath' 'set nothing=1'
denies 'fs is a resource: "add fs" begins one' 'set fs=1'
denies 'a text with blanks goes in double quotes' 'set bootargs=two words'
denies 'control character' $'set bootargs="a\tb"'
denies 'UTF-8' $'set bootargs="\xff"'
denies '4096' "set bootargs=$(head -c 5000 /dev/zero | tr '\0' x)"
zonecfg -z a "set bootargs=$(head -c 4096 /dev/zero | tr '\0' x)"

# What has no meaning on Linux says what has.
while read -r name instead; do
	denies "$instead" "set $name=1"
	erred "$name: "
	denies "$instead" "clear $name"
done <<-'END'
	pool dedicated-cpu
	scheduling-class cpu-shares
	hostid machine-id
	max-lwps max-processes
	max-shm-memory capped-memory
	max-shm-ids kernel.shmmni
	max-msg-ids kernel.msgmni
	max-sem-ids kernel.sem
END

# What can be unset: by clear, and by an empty text.
zonecfg -z a 'set autoboot=true; set bootargs=-s; set limitpriv=default,cap_net_admin;
	set ip-type=exclusive; set machine-id=0123456789abcdef0123456789abcdef
	set fs-allowed=ext4; set max-processes=100;
	set cpu-shares=2'
zonecfg -z a export
is "$(grep -c ^set out)" 9
for how in 'clear %s' 'set %s=' 'set %s=""'; do
	for name in autoboot bootargs limitpriv ip-type machine-id fs-allowed max-processes \
		cpu-shares; do
		# shellcheck disable=SC2059
		zonecfg -z a "$(printf "$how" "$name"); export"
		no grep -q "^set $name=" out
		no grep -q . err
		zonecfg -z a "info $name"
		case $name in
		autoboot) said_only 'autoboot: false' ;;
		ip-type) said_only 'ip-type: shared' ;;
		limitpriv) said_only 'limitpriv: default' ;;
		*) said_only "$name: " ;;
		esac
	done
	zonecfg -z a 'set autoboot=true; set bootargs=-s; set fs-allowed=ext4; set cpu-shares=2'
done
for name in zonename zonepath brand; do
	denies "$name cannot be cleared" "clear $name"
done
registry_sound
