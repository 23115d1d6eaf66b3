# zoneadm list -c, and verify: configurations that the index does not know are told of.
# fs: tmpfs
. "$tests/zone/lib.sh"

orphan() {
	erred "WARNING: /etc/zones/$1.xml is a zone's configuration, but the index does not know the zone: \
put its line back ($2) or move the file away"
}

make_zone web
make_zone a
make_zone b
make_zone odd 'set zonepath="/zones/x:y"'
cp -p /etc/zones/index "$work/index"
cp /etc/zones/a.xml /etc/zones/SUNWmine.xml
cp /etc/zones/a.xml /etc/zones/a.xml.bak
cp /etc/zones/a.xml '/etc/zones/not a name.xml'
mkdir /etc/zones/directory.xml
zoneadm list -cv
zoneadm list -c

# A part of it is lost.
sed -i '/^a:/d; /^odd:/d' /etc/zones/index
for options in -c -cv -cp -cj -cn; do
	zoneadm_rc 1 list $options
	orphan a a:configured:/zones/a:
	orphan odd 'odd:configured:"/zones/x:y":'
	is "$(wc -l <"$work/err")" 2
	prints web
done
# Only where all zones are asked for.
zoneadm list
zoneadm list -i
zoneadm list -iv
zoneadm -z web list -v
zoneadm_rc 0 -z web verify
orphan a a:configured:/zones/a:
is "$(wc -l <"$work/err")" 3

# The advice is good.
printf '%s\n' a:configured:/zones/a: 'odd:configured:"/zones/x:y":' >>/etc/zones/index
zoneadm list -cv
is "$(wc -l <"$work/out")" 6

# As many files as entries, and yet not the same.
sed -i '/^a:/d' /etc/zones/index
rm /etc/zones/b.xml
zoneadm_rc 1 list -c
orphan a a:configured:/zones/a:
is "$(wc -l <"$work/err")" 1
cp -p "$work/index" /etc/zones/index
make_zone c
cp -p /etc/zones/c.xml /etc/zones/b.xml
sed -i 's/"c"/"b"/; s,/zones/c,/zones/b,' /etc/zones/b.xml
zoneadm list -cv

# A file that says nothing is told of all the same, and so is one with a line that is spoilt.
sed -i '/^c:/d; s/^a:configured:/a:konfigured:/' /etc/zones/index
echo >/etc/zones/c.xml
zoneadm_rc 1 list -c
erred 'put its line back or move the file away'
number=$(grep -n ^a: /etc/zones/index | cut -d: -f1)
erred "/etc/zones/a.xml is a zone's configuration, but line $number of the index, which should have"
erred 'correct it (a:configured:/zones/a:) or move'
rm /etc/zones/c.xml

# All of it is lost.
for i in {1..20}; do
	sed "s/\"a\"/\"many$i\"/; s,/zones/a,/zones/many$i," /etc/zones/a.xml >"/etc/zones/many$i.xml"
done
rm /etc/zones/index
zoneadm_rc 1 list -c
is "$(cat "$work/out")" global
is "$(grep -c "is a zone's configuration, but" "$work/err")" 10
orphan a a:configured:/zones/a:
erred 'WARNING: /etc/zones has configurations of 14 more zones that the index does not know'
is "$(wc -l <"$work/err")" 11
# Anybody is told.
need_cmd setpriv
install -m 755 "$ZONEADM" "$work/zoneadm"
no as_nobody "$work/zoneadm" list -c >"$work/out" 2>"$work/err"
is "$(wc -l <"$work/err")" 11

# A command that is between its two files has lost nothing: it is not taken for an orphan.
cp -p "$work/index" /etc/zones/index
rm -r /etc/zones/*.xml
for zone in web a b odd; do
	sed -i "/^$zone:/d" /etc/zones/index
done
make_zone web
mkdir -m 700 -p /etc/zones/.transaction
touch /etc/zones/.transaction/staged
cp -p /etc/zones/web.xml /etc/zones/new.xml
mkdir -p /run/zones
exec 9>/run/zones/index.lock
chmod 600 /run/zones/index.lock
chmod 700 /run/zones
flock 9
zoneadm_rc 0 list -c
silent_about new.xml
