# The story that administrators know zones by, from the first configuration to clones on a pool that
# are booted and logged in to, with real packages, file systems and a real pool: every line that the
# tools are to show.
# fs: ext4
# cgroups: own
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
. "$tests/zone/install_packages.bash"
. "$tests/zone/storage.bash"
. "$tests/zone/runtime.bash"
need_cmd findmnt df dpkg-deb
export ZONE_TIMEOUT=300
start_zfs --enable-xattr
zones=$S/zones pool=$S/zfs_zones
mkdir -m 755 "$zones" "$S/export"
head='ID NAME STATUS PATH BRAND IP'

# lists STATE NAME PATH...: zoneadm list -cv shows these, after the global zone; those that run
# first, with IDs that count up.
lists() {
	zoneadm list -cv
	local want="$head"$'\n''0 global running / native shared' id
	while [ $# -gt 0 ]; do
		id=-
		[ "$1" != running ] || id=$("$ZONEADM" -z "$2" list -p | cut -d: -f1)
		want+=$'\n'"$id $2 $1 $3 native shared"
		shift 3
	done
	is "$(sed 's/^ *//; s/  */ /g; s/ $//' out)" "$want"
}

# says LINES...: what zoneadm prints, on either output; warnings of file systems in memory are this
# test's own.
says() {
	cat err out | grep -v -e 'in memory' -e 'exactly' >lines || true
	is "$(cat lines)" "$(printf '%s\n' "$@")"
}

# timed WHAT THE-BLOG-SAYS COMMAND...: its wall time, beside that of the story.
timed() {
	local start=$EPOCHREALTIME
	"${@:3}"
	awk -v a="$start" -v b="$EPOCHREALTIME" -v what="$1" -v blog="$2" \
		'BEGIN { printf "%-28s %6.2f s (in the story: %s)\n", what, b - a, blog }' >>times
}

# /opt of this host is one that the test can write to.
mount -t tmpfs -o mode=755 tmpfs /opt

# A package that is to be installed in a zone: in /opt, which the zone inherits, with a service.
mkdir -p webmin/{DEBIAN,opt/webmin,lib/systemd/system}
cat >webmin/DEBIAN/control <<-END
	Package: webmin
	Version: 1.320
	Architecture: all
	Maintainer: The test <root@localhost>
	Description: what is customised
END
printf '#!/bin/sh\nexec sleep infinity\n' >webmin/opt/webmin/webmin
chmod 755 webmin/opt/webmin/webmin
cat >webmin/lib/systemd/system/webmin.service <<-END
	[Service]
	ExecStart=/opt/webmin/webmin
	[Install]
	WantedBy=multi-user.target
END
dpkg-deb --root-owner-group --build webmin webmin.deb >/dev/null

# first_boot ZONE PASSWORD: what a person does at the console: answers the questions, logs in.
first_boot() {
	python3 "$tests/zone/terminal.py" "$ZLOGIN" -C "$1" >console <<-END || fail "$(cat console)"
		expect \\[Connected to zone '$1' console\\]
		expect New password:
		send $2\r
		expect Retype new password:
		send $2\r
		expect $1 login:
		send root\r
		expect Password:
		send $2\r
		expect root@$1:~#
		send hostname; id -un\r
		expect $1\s+root\s
		send logout\r
		expect $1 login:
		send \r~.
		expect \\[Connection to zone '$1' console closed\\]
		end 0
	END
}

zonecfg -z zone1 "create
set zonepath=$zones/zone1
add inherit-pkg-dir; set dir=/opt; end
add net; set physical=lo; set address=192.0.2.1; end
add fs; set dir=/export; set special=$S/export; set options=[rw,nosuid]; set type=lofs; end
verify
commit
exit"
lists configured zone1 "$zones/zone1"

timed install "9 min 39 s" zoneadm_rc 0 -z zone1 install
grep -qx 'Preparing to install zone <zone1>.' out || fail "$(cat out)"
for line in 'Creating list of files to copy from the global zone.' 'Copying <[0-9]+> files to the zone.' \
	'Initializing zone product registry.' 'Determining zone package initialization order.' \
	'Preparing to initialize <[0-9]+> packages on the zone.' \
	'Initialized <[0-9]+> packages on zone.' 'Zone <zone1> is initialized.' \
	'The file </var/log/zones/zone1.install.log> contains a log of the zone installation.'; do
	grep -nExm1 "$line" out || fail "no line '$line' in $(cat out)"
done | cut -d: -f1 >order
sort -nc order || fail "in another order: $(cat out)"
lists installed zone1 "$zones/zone1"

# Booted, at its console; a program of the host's is replaced by one that does not fit below /opt.
timed boot 'about 3 min' zoneadm_rc 0 -z zone1 boot
lists running zone1 "$zones/zone1"
first_boot zone1 'secret of zone1'
ln -s /local/webmin /opt/webmin
mkdir -p "$zones/zone1/root/local/webmin"
wait_booted zone1
zlogin zone1 dpkg-query -W -f '${db:Status-Status}' cpio
said_only installed
zlogin_rc 0 zone1 dpkg --purge cpio
"$ZLOGIN" zone1 sh -c 'cat >/var/tmp/webmin.deb' <webmin.deb
zlogin_rc 0 zone1 dpkg -i /var/tmp/webmin.deb
zlogin_rc 0 zone1 systemctl enable --now webmin
zlogin zone1 sh -c 'touch /opt/other 2>/dev/null || echo read-only'
said_only read-only
[ -x "$zones/zone1/root/local/webmin/webmin" ] || fail 'the package went elsewhere'
zlogin zone1 cat /etc/machine-id
id1=$(cat out)
timed halt '' zoneadm -z zone1 halt
nothing_left zone1
lists installed zone1 "$zones/zone1"

# customised ZONE: it is a system of its own, and what was done to zone1 is there.
customised() {
	wait_booted "$1"
	zlogin "$1" hostname
	said_only "$1"
	zlogin "$1" cat /etc/machine-id
	[[ $(cat out) =~ ^[0-9a-f]{32}$ ]] || fail "machine-id $(cat out)"
	! grep -qxF "$(cat out)" ids || fail "$1 has the machine-id of another zone"
	cat out >>ids
	zlogin "$1" systemctl is-active webmin
	said_only active
	zlogin_rc 1 "$1" test -e /usr/bin/cpio
}
echo "$id1" >ids

# clone_config NAME PATH NUMBER
clone_config() {
	zonecfg_rc 0 -z "$1" "create -t zone1
set zonepath=$2
select net address=192.0.2.1; set address=192.0.2.$3; end
verify
commit
exit"
}
warning="WARNING: read-write lofs file system on '$S/export' is configured in both zones."

clone_config zone2 "$zones/zone2" 2
timed 'clone, by copy' '31 s' zoneadm_rc 0 -z zone2 clone zone1
says "$warning" "Copying $zones/zone1..."
zoneadm_rc 0 -z zone2 boot
first_boot zone2 'secret of zone2'
customised zone2
zoneadm -z zone2 shutdown
nothing_left zone2

make_pool zfs_zones "$pool" 1G
zoneadm_rc 0 -z zone1 move "$pool/zone1"
says 'A ZFS file system has been created for this zone.' \
	"Moving across file systems; copying zonepath $zones/zone1..." \
	"Cleaning up zonepath $zones/zone1..."
absent "$zones/zone1"

sync_pool zfs_zones
free=$(df -k --output=avail "$pool" | tail -1)
clone_config zone3 "$pool/zone3" 3
timed 'clone, by ZFS' '11 s' zoneadm_rc 0 -z zone3 clone zone1
says "$warning" 'Cloning snapshot zfs_zones/zone1@SUNWzone1' \
	'Instead of copying, a ZFS clone has been created for this zone.'
sync_pool zfs_zones

# Both are as large as the zone is, and the pool has little less room than before.
df -k | grep zfs_zones | awk '{ print $1, $3, $6 }' >df
is "$(cut -d' ' -f1,3 df | tr '\n' ' ')" \
	"zfs_zones $pool zfs_zones/zone1 $pool/zone1 zfs_zones/zone3 $pool/zone3 "
size=$(awk '$1 == "zfs_zones/zone1" { print $2 }' df)
[ "$(awk '$1 == "zfs_zones/zone3" { print $2 }' df)" -gt $((size * 9 / 10)) ] || fail "$(cat df)"
[ $((free - $(df -k --output=avail "$pool" | tail -1))) -lt $((size / 20)) ] ||
	fail "$free were free, $(df -k "$pool")"
lists installed zone1 "$pool/zone1" installed zone2 "$zones/zone2" installed zone3 "$pool/zone3"

# The first boot of the clone, with the answers in a file.
is "$(cat "$pool/zone3/root/etc/machine-id")" uninitialized
absent "$pool/zone3/root/etc/hostname"
cat >zone3.sysidcfg <<-'END'
	system_locale=C.UTF-8
	timezone=Europe/Berlin
	terminal=xterm
	root_password=$6$salt$nFGw4kp7XtoBVhQUzwHqeY0Kd2Vcf6/6Sw5acoZfTv3uAro5DysCbY1kowLqSP8CLf0cT8QLyemf3YlZBJ8bs1
	network_interface=PRIMARY { hostname=zone3 }
	name_service=NONE
	security_policy=NONE
	nfs4_domain=dynamic
END
zoneadm_rc 0 -z zone3 boot --sysidcfg zone3.sysidcfg
customised zone3
zlogin zone3 readlink /etc/localtime
[[ $(cat out) == */Europe/Berlin ]] || fail "$(cat out)"
lists running zone3 "$pool/zone3" installed zone1 "$pool/zone1" installed zone2 "$zones/zone2"
for refused in 'uninstall -F' "move $zones/elsewhere" detach; do
	# shellcheck disable=SC2086 # words
	zoneadm_rc 1 -z zone3 $refused
	erred 'is running'
done
zoneadm -z zone3 halt
nothing_left zone3

# Detached, taken away, and attached again under another name.
zoneadm_rc 0 -z zone2 detach
lists installed zone1 "$pool/zone1" configured zone2 "$zones/zone2" installed zone3 "$pool/zone3"
zonecfg -z zone2 'delete -F'
mv "$zones/zone2" "$zones/standard"
zonecfg_rc 0 -z standard "create -a $zones/standard"
# This host knows nothing of what was installed in the zone, in a directory that it inherits.
zoneadm_rc 1 -z standard attach
erred 'webmin:all: not installed'
zoneadm_rc 0 -z standard attach -F
lists installed zone1 "$pool/zone1" installed zone3 "$pool/zone3" installed standard "$zones/standard"

# A developer has spoiled a zone: it is deleted, and there again at once.
zoneadm_rc 0 -z zone3 uninstall -F
zoneadm_rc 0 -z zone3 clone standard
zoneadm_rc 0 -z zone3 boot --sysidcfg zone3.sysidcfg
customised zone3
zoneadm -z zone3 halt
zoneadm_rc 0 -z zone3 uninstall -F
zoneadm_rc 0 -z zone3 clone zone1

# The origin goes, and its clone stays.
zoneadm_rc 0 -z zone1 uninstall -F
[ -x "$pool/zone3/root/usr/bin/dpkg" ] || fail 'the clone is not whole'
is "$(chroot "$pool/zone3/root" /usr/bin/dpkg --audit)" ''
is "$(datasets zfs_zones)" 'zfs_zones/zone3 -'
registry_sound
cat times
