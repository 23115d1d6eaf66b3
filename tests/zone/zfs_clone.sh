# zoneadm clone on ZFS: a snapshot and a clone, in the words administrators know; of a snapshot that
# a person took; twenty at once; and when nothing comes of it, no snapshot is left.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
. "$tests/zone/storage.bash"
need_cmd findmnt
start_zfs
pool=$S/zfs_zones
make_pool zfs_zones "$pool"
zonecfg -z zone1 "create; set zonepath=$S/zone1
add fs; set dir=/export; set special=/export; set options=[rw]; set type=lofs; end"
mkdir -m 700 "$S/zone1"
root=$S/zone1/root
mkdir -p "$root/etc" "$root/usr"
head -c 20M /dev/urandom >"$root/usr/data"
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
echo zone1 >"$root/etc/hostname"
set_state zone1 installed
whole_seconds "$S/zone1"
zoneadm_zfs -z zone1 move "$pool/zone1"
root=$pool/zone1/root
sum=$(md5sum <"$root/usr/data")

# is_clone ZONE SNAPSHOT: installed, the same and nobody yet.
is_clone() {
	index_line "$1" | grep -q ":installed:$pool/$1:" || fail "$(index_line "$1")"
	is_dataset "$pool/$1" "zfs_zones/$1"
	is "$(zfs get -H -o value origin "zfs_zones/$1")" "$2"
	is "$(stat -c '%a %u' "$pool/$1")" '700 0'
	is "$(md5sum <"$pool/$1/root/usr/data")" "$sum"
	is "$(cat "$pool/$1/root/etc/machine-id")" uninitialized
}

zonecfg_rc 0 -z zone3 "create -t zone1; set zonepath=$pool/zone3"
# Somebody's number, after which there is none.
zfs snapshot zfs_zones@SUNWzone999999999999999999
zoneadm_rc 0 -z zone3 clone zone1
grep -qx "WARNING: read-write lofs file system on '/export' is configured in both zones." err ||
	fail "$(cat err)"
said_only 'Cloning snapshot zfs_zones/zone1@SUNWzone1
Instead of copying, a ZFS clone has been created for this zone.'
is_clone zone3 zfs_zones/zone1@SUNWzone1
zfs destroy zfs_zones@SUNWzone999999999999999999
# Both show their size, and only one takes it.
for zone in zone1 zone3; do
	[ "$(df --output=used -B1M "$pool/$zone" | tail -n 1)" -ge 19 ] || fail "$(df "$pool/$zone")"
done
[ "$(zpool list -H -o allocated zfs_zones | sed 's/[.0-9]*M$//')" = '' ] || fail 'not in megabytes'
[ "$(zpool list -H -o allocated zfs_zones | sed 's/[.M].*//')" -lt 30 ] || fail 'it was copied'

# A snapshot of a person's: the state it has, and it stays.
zfs snapshot zfs_zones/zone1@golden
echo later >"$root/usr/later"
for wanted in golden @golden zfs_zones/zone1@golden; do
	zonecfg_rc 0 -z zone4 "create -t zone1; set zonepath=$pool/zone4"
	zoneadm_rc 0 -z zone4 clone -s $wanted zone1
	is_clone zone4 zfs_zones/zone1@golden
	absent "$pool/zone4/root/usr/later"
	zoneadm_zfs -z zone4 uninstall -F
	is "$(datasets zfs_zones | grep -c golden)" 1
	zonecfg -z zone4 delete -F
done
zonecfg_rc 0 -z zone4 "create -t zone1; set zonepath=$pool/zone4"
before=$(datasets zfs_zones)
for wanted in nothing zfs_zones/zone3@golden -r 'zfs_zones/zone1@'; do
	zoneadm_rc 1 -z zone4 clone -s "$wanted" zone1
	erred 'is no snapshot of'
done
# With a copy there is nothing to clone, and nothing is.
zoneadm_rc 0 -z zone4 clone -m copy zone1
said "Copying $pool/zone1..."
is_dataset "$pool/zone4" zfs_zones/zone4
is "$(zfs get -H -o value origin zfs_zones/zone4)" -
zoneadm_zfs -z zone4 uninstall -F
is "$(datasets zfs_zones)" "$before"

# When nothing comes of it, nothing is left (6435940): its root has a fifo where a file is read.
rm -f "$root/etc/hosts"
mkfifo "$root/etc/hosts"
zoneadm_rc 1 -z zone4 clone zone1
rm "$root/etc/hosts"
is "$(datasets zfs_zones)" "$before"
absent "$pool/zone4"
nothing_left

# Twenty at once, from one source.
for i in {11..30}; do
	zonecfg_rc 0 -z zone$i "create; set zonepath=$pool/zone$i"
done
pids=()
for i in {11..30}; do
	timeout 120 "$ZONEADM" -z zone$i clone zone1 >"out$i" 2>"err$i" &
	pids+=($!)
done
failed=0
for pid in "${pids[@]}"; do
	wait "$pid" || failed=$((failed + 1))
done
[ "$failed" = 0 ] || fail "$failed clones failed: $(cat err?? | sort | uniq -c)"
for i in {11..30}; do
	index_line zone$i | grep -q ":installed:$pool/zone$i:" || fail "$(index_line zone$i)"
	is_dataset "$pool/zone$i" zfs_zones/zone$i
	is "$(md5sum <"$pool/zone$i/root/usr/data")" "$sum"
done
# Each has a snapshot of its own.
is "$(zfs list -H -o origin | grep -c '@SUNWzone')" 21
is "$(zfs list -H -o origin | grep '@SUNWzone' | sort -u | wc -l)" 21
is "$(zfs list -H -t snapshot -o name | grep -c '@SUNWzone')" 21
nothing_left
