# The story that administrators know zones by, from the first configuration to clones on a pool, with
# real packages, file systems and a real pool: every line that the tools are to show.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
. "$tests/zone/install_packages.bash"
. "$tests/zone/storage.bash"
need_cmd findmnt df
export ZONE_TIMEOUT=300
start_zfs --enable-xattr
zones=$S/zones pool=$S/zfs_zones
mkdir -m 755 "$zones" "$S/export"
head='ID NAME STATUS PATH BRAND IP'

# lists STATE NAME PATH...: zoneadm list -cv shows these, after the global zone.
lists() {
	zoneadm list -cv
	local want="$head"$'\n''0 global running / native shared'
	while [ $# -gt 0 ]; do
		want+=$'\n'"- $2 $1 $3 native shared"
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

zonecfg -z zone1 "create
set zonepath=$zones/zone1
add inherit-pkg-dir; set dir=/opt; end
add net; set physical=lo; set address=192.0.2.1; end
add fs; set dir=/export; set special=$S/export; set options=[rw,nosuid]; set type=lofs; end
verify
commit
exit"
lists configured zone1 "$zones/zone1"

zoneadm_rc 0 -z zone1 install
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
zoneadm_rc 0 -z zone2 clone zone1
says "$warning" "Copying $zones/zone1..."

make_pool zfs_zones "$pool" 1G
zoneadm_rc 0 -z zone1 move "$pool/zone1"
says 'A ZFS file system has been created for this zone.' \
	"Moving across file systems; copying zonepath $zones/zone1..." \
	"Cleaning up zonepath $zones/zone1..."
absent "$zones/zone1"

sync_pool zfs_zones
free=$(df -k --output=avail "$pool" | tail -1)
clone_config zone3 "$pool/zone3" 3
zoneadm_rc 0 -z zone3 clone zone1
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

# Identities are three, and the clones wait for their first boot.
for root in "$zones/zone2/root" "$pool/zone3/root"; do
	is "$(cat "$root/etc/machine-id")" uninitialized
	absent "$root/etc/hostname"
done

# Detached, taken away, and attached again under another name.
zoneadm_rc 0 -z zone2 detach
lists installed zone1 "$pool/zone1" configured zone2 "$zones/zone2" installed zone3 "$pool/zone3"
zonecfg -z zone2 'delete -F'
mv "$zones/zone2" "$zones/standard"
zonecfg_rc 0 -z standard "create -a $zones/standard"
zoneadm_rc 0 -z standard attach
lists installed zone1 "$pool/zone1" installed zone3 "$pool/zone3" installed standard "$zones/standard"

# The origin goes, and its clone stays.
zoneadm_rc 0 -z zone1 uninstall -F
[ -x "$pool/zone3/root/usr/bin/dpkg" ] || fail 'the clone is not whole'
is "$(chroot "$pool/zone3/root" /usr/bin/dpkg --audit)" ''
is "$(datasets zfs_zones)" 'zfs_zones/zone3 -'
registry_sound
