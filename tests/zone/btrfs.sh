# btrfs: a zonepath is a subvolume, made by itself; a clone is a snapshot, with the subvolumes inside;
# a move is a rename; what is removed goes with all that is inside.
# fs: btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
need_cmd btrfs rsync
place=$S/zones
mkdir -m 755 "$place" "$S/other"
install_zone plain "$S/other/plain"
make_everything "$S/other/plain/root/t"
echo 0123456789abcdef0123456789abcdef >"$S/other/plain/root/etc/machine-id"
btrfs -q subvolume create "$S/other/plain/root/machines"
echo inside >"$S/other/plain/root/machines/file"

subvolumes() {
	btrfs subvolume list "$S" | sed "s,.* path ${S##*/}/,," | sort | tr '\n' ' '
}

same_files() {
	is "$(rsync -aHAXn --delete --checksum --itemize-changes "$1/root/t/" "$2/root/t/")" ''
	is "$(cat "$2/root/machines/file")" inside
}

# new NAME: a zone that is configured.
new() {
	zonecfg_rc 0 -z "$1" "create; set zonepath=$place/$1"
}

# A directory cannot be a snapshot's origin: it is copied, into a subvolume.
new one
zoneadm_rc 1 -z one clone -m snapshot plain
erred 'cannot be cloned to'
erred 'without copying'
is "$(index_line one | cut -d: -f2)" configured
zoneadm -z one clone plain
said_only "A btrfs subvolume has been created for this zone.
Copying $S/other/plain..."
same_files "$S/other/plain" "$place/one"
is "$(subvolumes)" 'other/plain/root/machines zones/one '
is "$(stat -c '%a %u %g' "$place/one")" '700 0 0'
is "$(cat "$place/one/root/etc/machine-id")" uninitialized

# A subvolume is cloned by a snapshot, with what is inside, and is nobody then.
btrfs -q subvolume create "$place/one/root/var"
echo kept >"$place/one/root/var/file"
echo 0123456789abcdef0123456789abcdef >"$place/one/root/etc/machine-id"
new two
zoneadm -z two clone one
said_only 'Instead of copying, a btrfs snapshot has been created for this zone.'
same_files "$place/one" "$place/two"
is "$(cat "$place/two/root/var/file")" kept
is "$(cat "$place/two/root/etc/machine-id")" uninitialized
is "$(cat "$place/one/root/etc/machine-id")" 0123456789abcdef0123456789abcdef
is "$(subvolumes)" \
	'other/plain/root/machines zones/one zones/one/root/var zones/two zones/two/root/var '
echo changed >"$place/two/root/var/file"
is "$(cat "$place/one/root/var/file")" kept

# -m copy, into a subvolume or, with -x nodataset, a directory; neither is a snapshot.
new three
zoneadm -z three clone -m copy -x nodataset one
said_only "Copying $place/one..."
! btrfs -q subvolume show "$place/three" 2>/dev/null || fail 'a subvolume'
same_files "$place/one" "$place/three"
new four
zoneadm -z four clone -m copy --keep-identity one
said_only "A btrfs subvolume has been created for this zone.
Copying $place/one..."
is "$(btrfs subvolume show "$place/four" | sed -n 's/.*Parent UUID:[[:blank:]]*//p')" -
is "$(cat "$place/four/root/etc/machine-id")" 0123456789abcdef0123456789abcdef

# -s: a snapshot of one's own, read-only, and from before.
btrfs -q subvolume snapshot -r "$place/one" "$S/other/before"
echo later >"$place/one/root/etc/later"
new five
for wrong in other/before "$S/other/none" "$S/other/plain" "$S/zones"; do
	zoneadm_rc 1 -z five clone -s "$wrong" one
	erred 'is not the path of a btrfs subvolume'
	is "$(index_line five | cut -d: -f2)" configured
done
btrfs -q subvolume create "$S/other/empty"
zoneadm_rc 1 -z five clone -s "$S/other/empty" one
erred 'has no directory root'
# Only the source's own, and nothing that changes meanwhile: other zones are not locked.
btrfs -q subvolume snapshot "$place/one" "$S/other/writable"
btrfs -q subvolume snapshot -r "$place/four" "$S/other/stranger"
before=$(subvolumes)
for wrong in "$place/four" "$S/other/stranger"; do
	zoneadm_rc 1 -z five clone -s "$wrong" one
	erred "$wrong is no snapshot of the source, $place/one"
done
for wrong in "$place/two" "$S/other/writable"; do
	zoneadm_rc 1 -z five clone -s "$wrong" one
	erred "$wrong is not read-only"
done
zoneadm_rc 1 -z five clone -s "$place/one" two
erred "$place/one is not read-only"
zoneadm_rc 1 -z five clone -s "$S/other/before" plain
erred "$S/other/plain, the source, is no btrfs subvolume"
is "$(subvolumes)" "$before"
is "$(index_line five | cut -d: -f2)" configured
btrfs -q subvolume delete "$S/other/writable" "$S/other/stranger"
zoneadm -z five clone -s "$S/other/before" one
absent "$place/five/root/etc/later"
same_files "$place/one" "$place/five"
echo writable >"$place/five/root/etc/hostname"
zoneadm_rc 2 -z five clone -m copy -s "$S/other/before" one
# What the source itself was made from is as good.
new six
zoneadm -z six clone -s "$S/other/before" five
same_files "$place/one" "$place/six"
absent "$place/six/root/etc/later"

# Moving is renaming, of a subvolume, too, and into another one.
id=$(btrfs inspect-internal rootid "$place/two")
zoneadm_rc 0 -z two move -n "$S/other/two"
erred "$place/two/root/var is a subvolume: what is in it is not counted"
said "would be renamed to"
btrfs -q subvolume create "$S/sub"
for to in "$S/other/two" "$S/sub/two" "$place/two"; do
	zoneadm -z two move "$to"
	said_only ''
	is "$(btrfs inspect-internal rootid "$to")" "$id"
done
at_or_nothing=$(subvolumes)
[[ $at_or_nothing == *'zones/two zones/two/root/var '* ]] || fail "$at_or_nothing"

# Uninstalled: what is inside goes; snapshots of others stay.
for zone in one two three four five six; do
	zoneadm -z $zone uninstall -F
	absent "$place/$zone"
done
nothing_left
is "$(subvolumes)" 'other/before other/empty other/plain/root/machines sub '
same_files "$S/other/plain" "$S/other/before"

# Subvolumes inside a zonepath that is a directory go with it: uninstalled, or copied elsewhere.
mkdir -m 755 "$work/elsewhere"
mount -t tmpfs -o mode=755 tmpfs "$work/elsewhere"
for zone in gone moved; do
	install_zone $zone "$S/other/$zone"
	for path in machines machines/below 'etc/new dir'; do
		btrfs -q subvolume create "$S/other/$zone/root/$path"
		echo inside >"$S/other/$zone/root/$path/file"
	done
done
zoneadm -z gone uninstall -F
absent "$S/other/gone"
zoneadm_rc 0 -z moved move "$work/elsewhere/moved"
absent "$S/other/moved"
for path in machines machines/below 'etc/new dir'; do
	is "$(cat "$work/elsewhere/moved/root/$path/file")" inside
done
is "$(subvolumes)" 'other/before other/empty other/plain/root/machines sub '
nothing_left
