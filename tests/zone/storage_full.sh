# No room, or too much: it is said, nothing is changed, and nothing stays behind.
# fs: tmpfs
. "$tests/zone/lib.sh"
mount -t tmpfs -o size=64k,mode=755 tmpfs /etc/zones
make_zone a
dd if=/dev/zero of=/etc/zones/filler 2>/dev/null || true
refuses 'No space left on device' -z a 'set autoboot=true'
refuses 'No space left on device' -z b 'create; set zonepath=/zones/b'
is "$(names_in /etc/zones/.transaction)" ''
zonecfg -z a info
rm /etc/zones/filler
zonecfg -z a 'set autoboot=true'
registry_sound
umount /etc/zones
make_zone a
# Beyond what can be read again: of XML, of resources.
text=$(head -c 3900 /dev/zero | tr '\0' '&')
for i in {1..260}; do
	echo "add attr; set name=n$i; set type=string; set value=$text; end"
done >commands
refuses 'the configuration takes 5081' -z a -f commands
for i in {1..4097}; do
	echo "add attr; set name=n$i; set type=int; set value=1; end"
done >commands
refuses 'the zone has 4097 resources: at most 4096 are possible' -z a -f commands
sed -i 4097d commands
zonecfg -z a -f commands
is "$(xml_of a 'count(/zone/attr)')" 4096
zonecfg -z a info
# A limit of the process's own ends it like a kill.
(ulimit -f 0 && "$ZONECFG" -z a 'set autoboot=true') 2>err || true
zonecfg -z a 'info autoboot'
said_only 'autoboot: false'
registry_sound
