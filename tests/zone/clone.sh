# zoneadm clone: the files of another zone without its identity, on the same and on another file
# system; what both zones would use is warned of in the words administrators know.
# fs: ext4:xfs xfs:btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
need_cmd rsync
place=$S/zones other=$D/zones
mkdir -m 755 "$place" "$other"

net='add net; set physical=eth0; set address=192.0.2.1; end'
fs='add fs; set dir=/export; set special=/export; set options=[rw]; set type=lofs; end'
zonecfg -z zone1 "create; set zonepath=$place/zone1; $net; $fs"
mkdir -m 700 "$place/zone1"
root=$place/zone1/root
mkdir -p "$root"/{etc/ssh,var/log,usr/bin}
cp -a /usr/bin/[a-c]* "$root/usr/bin/"
ln "$root/usr/bin/bash" "$root/usr/bin/linked"
setfattr -n user.kept -v yes "$root/usr/bin/bash"
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
echo zone1 >"$root/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 zone1\n' >"$root/etc/hosts"
echo secret >"$root/etc/ssh/ssh_host_rsa_key"
echo line >"$root/var/log/syslog"
set_state zone1 installed

# Both zones have the same file system and address; the source stays as it is.
zonecfg -z zone2 "create -t zone1; set zonepath=$place/zone2"
(cd "$place" && find zone1 -printf '%p %i %m %T@ %s\n' | sort) >before
zoneadm_rc 0 -z zone2 clone zone1
erred "WARNING: read-write lofs file system on '/export' is configured in both zones."
grep -qx "WARNING: network address '192.0.2.1' is configured in both zones." err ||
	fail "$(cat err)"
grep -qx "Copying $place/zone1..." out || fail "$(cat out)"
(cd "$place" && find zone1 -printf '%p %i %m %T@ %s\n' | sort) >after
cmp before after
index_line zone2 | grep -q "^zone2:installed:$place/zone2:[0-9a-f-]\{36\}\$" ||
	fail "$(index_line zone2)"
is "$(rsync -aHAXn --checksum --itemize-changes "$root/usr/" "$place/zone2/root/usr/")" ''
is "$(stat -c %h "$place/zone2/root/usr/bin/linked")" 2
clone=$place/zone2/root
is "$(cat "$clone/etc/machine-id")" uninitialized
[ ! -e "$clone/etc/hostname" ] && [ ! -e "$clone/etc/ssh/ssh_host_rsa_key" ] ||
	fail 'the identity was taken over'
is "$(cat "$clone/etc/hosts")" '127.0.0.1 localhost'
is "$(cat "$clone/var/log/syslog")" ''
is "$(cat "$root/etc/machine-id")" 0123456789abcdef0123456789abcdef

# To another file system, with the identity; several at once.
for i in 3 4 5; do
	zonecfg -z zone$i "create; set zonepath=$other/zone$i"
done
for i in 3 4 5; do
	"$ZONEADM" -z zone$i clone --keep-identity --verify zone1 >"out$i" 2>"err$i" &
done
wait
for i in 3 4 5; do
	index_line zone$i | grep -q ":installed:$other/zone$i:" || fail "$(cat "out$i" "err$i")"
	is "$(rsync -aHAXn --checksum --itemize-changes "$place/zone1/" "$other/zone$i/")" ''
done
is "$(for i in 3 4 5; do index_line zone$i; done | cut -d: -f4 | sort -u | wc -l)" 3

# Refused, and nothing is touched.
zonecfg -z zone6 "create; set zonepath=$place/zone6"
registry=$(cat /etc/zones/index)
for source in global zone6 nowhere; do
	zoneadm_rc 1 -z zone6 clone $source
done
zoneadm_rc 2 -z zone6 clone
zoneadm_rc 2 -z zone6 clone -m bogus zone1
zoneadm_rc 1 -z zone2 clone zone1
erred 'zone zone2 is installed'
set_state zone3 incomplete
zoneadm_rc 1 -z zone6 clone zone3
erred 'zone zone3 is incomplete'
set_state zone3 installed
zonecfg -z zone6 'add inherit-pkg-dir; set dir=/opt; end'
zoneadm_rc 1 -z zone6 clone zone1
erred 'inherits /opt'
zonecfg -z zone6 'remove -F inherit-pkg-dir'
mkdir -p "$place/zone6/root"
echo precious >"$place/zone6/root/file"
zoneadm_rc 1 -z zone6 clone zone1
is "$(cat "$place/zone6/root/file")" precious
is "$(sed '/^zone3:/d' /etc/zones/index)" "$(sed '/^zone3:/d' <<<"$registry")"
[ ! -e /etc/zones/zone6.operation ] || fail 'a record was left'

# A clone that cannot be made is undone: its root has a fifo where a file is read.
rm -r "$place/zone6"
rm "$root/etc/hosts"
mkfifo "$root/etc/hosts"
zoneadm_rc 1 -z zone6 clone zone1
index_line zone6 | grep -q '^zone6:configured:' || fail "$(index_line zone6)"
is "$(ls -A "$place")" "$(printf 'zone1\nzone2')"
