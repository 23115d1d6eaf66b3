# A standard zone on a disk of its own: the disk is mounted, its zone attached and cloned as often as
# needed, then detached, and the disk unmounted; later it comes back at another place.
# fs: ext4:xfs ext4:btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
need_cmd mkfs.ext4 rsync
mkdir -m 755 "$S/media" "$S/elsewhere" "$D/zones"
image=$(new_image flash 64M)
mkfs.ext4 -q -m 0 "$image"

# disk_at POINT: the disk comes to this place, which is then root's only, as zonepaths are.
disk_at() {
	mkdir -m 700 "$1"
	mount -o loop,noatime "$image" "$1"
	chmod 700 "$1"
}

# The zone was made where it is the whole disk; another is in a directory of it.
disk_at "$S/media/std"
zonecfg -z std "create; set zonepath=$S/media/std; set autoboot=true"
mkdir -p "$S/media/std/root"/{etc/ssh,usr/bin}
cp -a /usr/bin/[a-c]* "$S/media/std/root/usr/bin/"
echo std >"$S/media/std/root/etc/hostname"
echo secret >"$S/media/std/root/etc/ssh/ssh_host_rsa_key"
set_state std installed
zoneadm_rc 0 -z std detach
zonecfg -z std 'delete -F'
(cd "$S/media/std" && find root | sort) >files
umount "$S/media/std"
rmdir "$S/media/std"

# used PLACE FIRST LAST: the story, with clones of these numbers.
used() {
	local path=$1 i
	disk_at "$path"
	cp "$path/SUNWdetached.xml" record
	zonecfg -z std "create -a \"$path\""
	is "$(xml_of std /zone/@autoboot) $(xml_of std /zone/@zonepath)" "true $path"
	zoneadm -z std attach
	absent "$path/SUNWdetached.xml"
	for ((i = $2; i <= $3; i++)); do
		zonecfg -z "z$i" "create -t std; set zonepath=$D/zones/z$i"
		zoneadm_rc 0 -z "z$i" clone std
		said "Copying $path..."
	done
	# It is in use, but by nobody.
	zoneadm_rc 1 -z std attach
	erred 'zone std is installed'
	zoneadm_rc 0 -z std detach
	diff record <(sed "s,zonepath=\"$path\",$(grep -o 'zonepath="[^"]*"' record)," \
		"$path/SUNWdetached.xml") || fail 'it is another zone now'
	umount "$path"
	# Without its disk there is no zone to attach.
	zoneadm_rc 1 -z std attach
	erred "$path/root: No such file or directory"
	rmdir "$path"
	zonecfg -z std 'delete -F'
}
used "$S/media/std" 1 3
used "$S/elsewhere/other name" 4 5

# The clones are zones of their own, and whole.
is "$("$ZONEADM" list -cn | sort | tr '\n' ' ')" 'z1 z2 z3 z4 z5 '
is "$(grep -oE '^z.:installed:.*:[0-9a-f-]{36}$' /etc/zones/index | cut -d: -f4 | sort -u |
	wc -l)" 5
disk_at "$S/media/std"
for i in 1 2 3 4 5; do
	is "$(rsync -aHAXn --checksum --itemize-changes "$S/media/std/root/usr/" \
		"$D/zones/z$i/root/usr/")" ''
	absent "$D/zones/z$i/root/etc/ssh/ssh_host_rsa_key" "$D/zones/z$i/SUNWdetached.xml"
done
# And the disk is as it was.
(cd "$S/media/std" && find root | sort) | cmp - files
is "$(cat "$S/media/std/root/etc/ssh/ssh_host_rsa_key")" secret
registry_sound
