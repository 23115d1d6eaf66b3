# A damaged index: lines that are not understood are told of, kept, and no zone's; the others go on.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone a
make_zone b
cp /etc/zones/index sane

# damaged LINE: with this line in front of zone a's.
damaged() {
	awk -v line="$1" '/^a:/ { print line } { print }' sane >/etc/zones/index
	zonecfg_rc 0 -z a info
	is "$(grep -c '^zonecfg: WARNING: /etc/zones/index:4: this line is kept, but ' err)" 1
	zonecfg_rc 0 -z a 'set bootargs=x; set autoboot=true'
	zonecfg_rc 0 -z a 'set bootargs=; set autoboot=false'
	zonecfg_rc 0 -z c 'create; set zonepath=/zones/c'
	zonecfg_rc 0 -z c 'delete -F'
	is "$(grep -aFxc -- "$1" /etc/zones/index)" 1
	is "$(grep -avFx -- "$1" /etc/zones/index)" "$(cat sane)"
	zoneadm_rc 0 list -c
	said "$(printf 'global\na\nb')"
	cp sane /etc/zones/index
}
damaged 'x'
damaged ':configured:/zones/x:'
damaged 'x:running:/zones/x:'
damaged 'x:configured:/zones/x:uuid'
damaged 'x:configured:relative:'
damaged 'x:configured:"/zones/x:'
damaged 'x:configured:/zones/x::more'
damaged 'SUNW/x:configured:/zones/x:'
damaged ' a:configured:/zones/a:'
damaged '-x:configured:/zones/x:'
damaged "x:configured:/$(head -c 9000 /dev/zero | tr '\0' x):"
damaged $'x:configured:/zones/x:\r'
damaged $'x:configured:/zones/\xff:'
# The same zone twice: the first line counts for who looks; nothing is changed on such a ground.
sed 's,^b:.*,&\nb:installed:/zones/other:,' sane >/etc/zones/index
zonecfg_rc 0 -z b info
erred "/etc/zones/index:6: this line is kept, but it is no zone's: line 5 is that of zone b"
refuses '/etc/zones/index:6: this line is about zone b, too' -z b 'set autoboot=true'
refuses '/etc/zones/index:6: this line is about zone b, too' -z b 'delete -F'
cp sane /etc/zones/index
# Comments and empty lines stay where they are.
printf '# mine\n\n' >>/etc/zones/index
make_zone c
zonecfg -z b delete\ -F
is "$(cat /etc/zones/index)" "$(grep -v ^b: sane; printf '# mine\n\nc:configured:/zones/c:')"
# Without a newline at the end; without global; with NULs.
make_zone b
printf %s "$(cat /etc/zones/index)" >/etc/zones/index
zonecfg -z b 'set autoboot=true'
registry_sound
sed -i '/^global/d' /etc/zones/index
zonecfg -z b 'set autoboot=false'
zoneadm_rc 0 list -cv
said '   0 global           running        /'
cp sane /etc/zones/index
printf 'x\0y\n' >>/etc/zones/index
zonecfg_rc 0 -z b 'set autoboot=true'
is "$(tail -n 1 /etc/zones/index | od -An -c | tr -d ' ')" 'x\0y\n'
# The whole file is not to be trusted, or no file: nothing is done, nothing lost.
for how in 'chmod 666' 'chown 1'; do
	cp --remove-destination sane /etc/zones/index
	$how /etc/zones/index
	before=$(stored)
	zonecfg_rc 1 -z b info
	erred '/etc/zones/index'
	refuses '/etc/zones/index' -z b 'set autoboot=false'
	zoneadm_rc 1 list -c
	is "$(stored)" "$before"
done
for thing in 'mkfifo' 'mkdir' 'ln -s sane'; do
	rm -rf /etc/zones/index
	$thing /etc/zones/index
	zonecfg_rc 1 -z b 'set autoboot=true'
	erred '/etc/zones/index: it must be a regular file'
	zoneadm_rc 1 list -c
done
rm -f /etc/zones/index
head -c 17000000 /dev/zero >/etc/zones/index
zonecfg_rc 1 -z b info
erred '/etc/zones/index is larger than 16777216 bytes'
# No index, but files: they are not overwritten.
rm /etc/zones/index
refuses 'b: No such zone configured' -z b info
refuses '/etc/zones/b.xml is there, but the index knows no such zone' \
	-z b 'create; set zonepath=/zones/b'
cp sane /etc/zones/index
# Leftovers in the journal that make no sense stop changes, not looking.
mkdir -p /etc/zones/.transaction
echo nonsense >/etc/zones/.transaction/record
zonecfg_rc 0 -z b info
erred 'WARNING: /etc/zones/.transaction/record is damaged'
refuses '/etc/zones/.transaction/record is damaged' -z b 'set autoboot=false'
rm /etc/zones/.transaction/record
for name in 0123456789abcdef.0 0123456789abcdef.list other; do
	echo x >/etc/zones/.transaction/$name
done
zonecfg_rc 0 -z b 'set bootargs=x'
is "$(names_in /etc/zones/.transaction)" ''
rm -rf /etc/zones/*.xml
cp sane /etc/zones/index
