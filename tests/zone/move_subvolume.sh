# Subvolumes inside a zonepath that is a directory, as programs of the zone make them, are a part of
# the zone: what is in them is copied, and they go with it.
# fs: btrfs:ext4 btrfs:xfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
need_cmd btrfs
# The default for a new zonepath is a subvolume; the zone was put here by hand.
from=$S/plain/a to=$D/zones/a
mkdir -m 755 "$D/zones"

make_subvolumes() {
	install_zone a "$from"
	mkdir "$from/root/dir"
	for path in machines machines/inner dir/other; do
		btrfs -q subvolume create "$from/root/$path"
		echo "$path" >"$from/root/$path/file"
		chattr +i "$from/root/$path/file"
	done
	# It has an empty directory in the place of the inner one, with other times whenever it is seen.
	btrfs -q subvolume snapshot -r "$from/root/machines" "$from/root/dir/snapshot"
}

# All are gone from the file system.
no_subvolumes() {
	sync -f "$S"
	is "$(btrfs subvolume list "$S" | wc -l)" 0
}

make_subvolumes
zoneadm_rc 0 -z a move "$to"
at_only "$to" "$from"
for path in machines machines/inner dir/other; do
	is "$(cat "$to/root/$path/file")" "$path"
done
is "$(cat "$to/root/dir/snapshot/file")" machines
is "$(names_in "$to/root/dir/snapshot")" 'file inner'
is "$(names_in "$S/plain")" ''
no_subvolumes
zoneadm_rc 0 -z a uninstall -F
zonecfg -z a 'delete -F'

make_subvolumes
zoneadm_rc 0 -z a uninstall -F
silent
is "$(index_line a)" "a:configured:$from:"
is "$(names_in "$S/plain")" ''
no_subvolumes
