# zoneadm uninstall on ZFS: clones outlive their source, snapshots go with their last user, and what
# is not the zone's is named and kept.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
. "$tests/zone/storage.bash"
need_cmd findmnt
start_zfs
pool=$S/tank
make_pool tank "$pool"

# new_source: the zone "source", with five clones.
new_source() {
	install_zone source "$S/zones/source"
	echo precious >"$S/zones/source/root/file"
	whole_seconds "$S/zones/source"
	zoneadm_zfs -z source move "$pool/source"
	for i in 1 2 3 4 5; do
		zonecfg_rc 0 -z clone$i "create; set zonepath=$pool/clone$i"
		zoneadm_rc 0 -z clone$i clone source
	done
}

# whole ZONE...: installed, mounted, with the file.
whole() {
	for zone; do
		index_line "$zone" | grep -q ":installed:$pool/$zone:" || fail "$(index_line "$zone")"
		is_dataset "$pool/$zone" "tank/$zone"
		is "$(cat "$pool/$zone/root/file")" precious
	done
}

not_mounted() {
	! findmnt -n --mountpoint "$1" >/dev/null
}

# gone ZONE...
gone() {
	for zone; do
		index_line "$zone" | grep -q "^$zone:configured:" || fail "$(index_line "$zone")"
		absent "$pool/$zone"
		is "$(datasets tank | grep "^tank/$zone[@ ]" || true)" ''
	done
}

new_source
# Names that would meet when snapshots go over to a clone, all taken for clones.
zfs snapshot -o zonetool:owner=test tank/clone5@SUNWzone1
zfs snapshot -o zonetool:owner=test tank/clone1@SUNWzone3
# A clone that is no zone's, and is not lost either.
zfs clone tank/source@SUNWzone2 tank/mine
zoneadm_zfs -z source uninstall -F
gone source
whole clone1 clone2 clone3 clone4 clone5
is "$(cat "$pool/mine/root/file")" precious
nothing_left
for i in 3 1 5 2 4; do
	zoneadm_zfs -z clone$i uninstall -F
	gone clone$i
	is "$(cat "$pool/mine/root/file")" precious
done
is "$(datasets tank | grep -v ^tank/mine)" ''
zfs list -H -t snapshot -o name -r tank/mine | while read -r name; do zfs destroy "$name"; done
# zfs-fuse may be at it still.
unmounted() { zfs unmount "$1" 2>/dev/null || not_mounted "$2"; }
wait_for unmounted tank/mine "$pool/mine"
wait_for zfs destroy tank/mine

# All at once.
for i in 1 2 3 4 5; do zonecfg -z clone$i delete -F; done
zonecfg -z source delete -F
new_source
pids=()
for zone in source clone1 clone2 clone3 clone4; do
	timeout 120 "$ZONEADM" -z $zone uninstall -F >"out$zone" 2>"err$zone" &
	pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid" || fail "$(cat err*)"; done
gone source clone1 clone2 clone3 clone4
whole clone5
nothing_left

# What is not the zone's.
kept() {
	zoneadm_rc 1 -z clone5 uninstall -F
	erred "$1"
	whole clone5
}
zfs snapshot tank/clone5@before-upgrade
kept tank/clone5@before-upgrade
zfs destroy tank/clone5@before-upgrade
zfs snapshot tank/clone5@SUNWzoneX
kept tank/clone5@SUNWzoneX
zfs destroy tank/clone5@SUNWzoneX
# A name like ours is not ours without the mark, nor with one that is inherited.
zfs snapshot tank/clone5@SUNWzone2006
kept tank/clone5@SUNWzone2006
zfs set zonetool:owner=somebody tank/clone5
kept tank/clone5@SUNWzone2006
zfs inherit zonetool:owner tank/clone5
zfs destroy tank/clone5@SUNWzone2006
zfs create -o mountpoint="$S/data" tank/clone5/data
kept tank/clone5/data
zfs unmount tank/clone5/data
wait_for zfs destroy tank/clone5/data
zoneadm_zfs -z clone5 uninstall -F
gone clone5
is "$(datasets tank)" ''

# A person's snapshots up to the last that was cloned go over to the clone, and their zones go.
zonecfg -z source delete -F
for i in 1 2 3 4 5; do zonecfg -z clone$i delete -F; done
install_zone source "$S/zones/source"
echo precious >"$S/zones/source/root/file"
whole_seconds "$S/zones/source"
zoneadm_zfs -z source move "$pool/source"
zfs snapshot tank/source@SUNWzone2006
zfs snapshot tank/source@golden
zonecfg_rc 0 -z clone1 "create; set zonepath=$pool/clone1"
zoneadm_rc 0 -z clone1 clone -s golden source
zonecfg_rc 0 -z clone2 "create; set zonepath=$pool/clone2"
zoneadm_rc 0 -z clone2 clone -s SUNWzone2006 source
# What is later than that stays, and would be lost.
source_kept() {
	before=$(datasets tank)
	zoneadm_rc 1 -z source uninstall -F
	erred "$1"
	whole source clone1 clone2
	is "$(datasets tank)" "$before"
}
zfs snapshot tank/source@later
source_kept tank/source@later
zfs destroy tank/source@later
# One that would meet another of the same name is not renamed: it is somebody's.
zfs snapshot tank/clone1@golden
source_kept 'tank/source@golden belongs to tank/clone1 when tank/source is gone'
zfs destroy tank/clone1@golden
# Nor is one that only has a name like ours.
zfs snapshot -o zonetool:owner=test tank/clone1@SUNWzone2006
source_kept 'tank/source@SUNWzone2006 belongs to tank/clone1 when tank/source is gone'
zfs destroy tank/clone1@SUNWzone2006
zoneadm_rc 0 -z source uninstall -F
erred 'snapshot golden belongs to a clone from now on: tank/clone1@golden'
gone source
whole clone1 clone2
is "$(datasets tank | grep -c @golden)" 1
zoneadm_rc 1 -z clone1 uninstall -F
erred @golden
zoneadm_rc 0 -z clone2 uninstall -F
whole clone1
for name in golden SUNWzone2006; do zfs destroy tank/clone1@$name; done
zoneadm_zfs -z clone1 uninstall -F
gone clone1 clone2
is "$(datasets tank)" ''
nothing_left

# Of an incomplete zone, too, what is not mounted is found, and goes.
for zone in source clone1 clone2; do zonecfg -z $zone delete -F; done
new_source
zoneadm -z source mark incomplete
zfs unmount tank/source
wait_for not_mounted "$pool/source"
zoneadm_zfs -z source uninstall -F
gone source
whole clone1 clone2 clone3 clone4 clone5
# What a person is to mount is named, and stays until then.
zoneadm -z clone1 mark incomplete
zfs set canmount=noauto tank/clone1
zfs unmount tank/clone1
wait_for not_mounted "$pool/clone1"
zoneadm_rc 1 -z clone1 uninstall -F
erred "tank/clone1, whose mount point is $pool/clone1, is not mounted, and its canmount is noauto"
index_line clone1 | grep -q ^clone1:incomplete: || fail "$(index_line clone1)"
zfs mount tank/clone1
zoneadm_zfs -z clone1 uninstall -F
gone clone1
