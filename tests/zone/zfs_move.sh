# zoneadm move on ZFS: onto a pool a dataset is made and filled; inside the pool the dataset moves,
# by its name where there is a dataset above, else by its mount point; off it, it is destroyed.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
. "$tests/zone/storage.bash"
need_cmd findmnt
start_zfs
pool=$S/zfs_zones
make_pool zfs_zones "$pool"
from=$S/zones/a
install_zone a "$from"
make_basic "$from/root/t"
whole_seconds "$from"
find "$from" -type f -exec md5sum {} + | sed "s,$from,," | sort >was

# moved FROM TO DATASET
moved() {
	at_only "$2" "$1"
	absent "$1"
	is_dataset "$2" "$3"
	is "$(stat -c '%a %u' "$2")" '700 0'
	find "$2" -type f -exec md5sum {} + | sed "s,$2,," | sort >now
	cmp was now
}

zoneadm_zfs -z a move "$pool/a"
said_only "A ZFS file system has been created for this zone.
Moving across file systems; copying zonepath $from...
Cleaning up zonepath $from..."
moved "$from" "$pool/a" zfs_zones/a
is "$(datasets zfs_zones)" 'zfs_zones/a -'

# Inside the pool it is the same dataset, whatever is above.
guid=$(zfs get -Hp -o value guid zfs_zones/a)
zfs create zfs_zones/more
mkdir "$pool/more/dir"
at=$pool/a
for step in more/b:zfs_zones/more/b 'b c:zfs_zones/b c' more/dir/c:'zfs_zones/b c' a:'zfs_zones/b c'
do
	zoneadm_zfs -z a move "$pool/${step%%:*}"
	said_only ''
	moved "$at" "$pool/${step%%:*}" "${step#*:}"
	at=$pool/${step%%:*}
	is "$(zfs get -Hp -o value guid "${step#*:}")" "$guid"
done

# Off the pool, the dataset goes; back as a directory.
sync_pool zfs_zones
zoneadm_zfs -z a move "$from"
said_only "Moving across file systems; copying zonepath $pool/a...
Cleaning up zonepath $pool/a..."
at_only "$from" "$pool/a"
is "$(datasets zfs_zones)" 'zfs_zones/more -'
zoneadm_zfs -z a move -x nodataset "$pool/more/plain"
said_only "Moving across file systems; copying zonepath $from...
Cleaning up zonepath $from..."
at_only "$pool/more/plain" "$from"
is "$(datasets zfs_zones)" 'zfs_zones/more -'
# A directory on the pool is renamed inside its file system, and stays one.
zoneadm_zfs -z a move "$pool/more/plain2"
said_only ''
is "$(datasets zfs_zones)" 'zfs_zones/more -'
sync_pool zfs_zones
zoneadm_zfs -z a move "$from"
at_only "$from" "$pool/more/plain2"

# The pool's own file system need not be mounted (illumos 2766).
zfs create -o mountpoint="$S/elsewhere" zfs_zones/elsewhere
zfs set canmount=off zfs_zones/elsewhere
zfs create zfs_zones/elsewhere/zones
chmod 755 "$S/elsewhere"
zoneadm_zfs -z a move "$S/elsewhere/zones/a"
said 'A ZFS file system has been created for this zone.'
moved "$from" "$S/elsewhere/zones/a" zfs_zones/elsewhere/zones/a

# A name that no dataset can have: a mount point of its own, and a directory for what comes.
zoneadm_zfs -z a move "$S/elsewhere/zones/a'b"
said_only ''
moved "$S/elsewhere/zones/a" "$S/elsewhere/zones/a'b" zfs_zones/elsewhere/zones/a
sync_pool zfs_zones
zoneadm_zfs -z a move "$from"
is "$(datasets zfs_zones/elsewhere)" 'zfs_zones/elsewhere/zones -'
zoneadm_zfs -z a move "$S/elsewhere/zones/a'b"
said_only "Moving across file systems; copying zonepath $from...
Cleaning up zonepath $from..."
at_only "$S/elsewhere/zones/a'b" "$from"
is "$(datasets zfs_zones/elsewhere)" 'zfs_zones/elsewhere/zones -'

# What a command has done counts, not what it says: zfs-fuse fails to unmount, and it is unmounted.
over_zfs <<'END'
"$zfs" "$@"
rc=$?
[ "$1" != unmount ] || exit 1
exit $rc
END
zoneadm_zfs -z a move "$pool/a"
moved "$S/elsewhere/zones/a'b" "$pool/a" zfs_zones/a
zoneadm_zfs -z a move "$pool/more/a"
moved "$pool/a" "$pool/more/a" zfs_zones/more/a

# A dataset that cannot be mounted at its new place, as zfs-fuse cannot at such a one, goes back.
install_zone b "$S/zones/b"
whole_seconds "$S/zones/b"
zoneadm_zfs -z b move "$pool/b2"
to=$pool/$'\xc3\xb6z'
ran 1 "$ZONEADM" -z b move "$to"
erred 'move of zone b was undone'
is_dataset "$pool/b2" zfs_zones/b2
is "$(zfs get -H -o source mountpoint zfs_zones/b2)" 'inherited from zfs_zones'
is "$(index_line b | cut -d: -f3)" "$pool/b2"
[ -d "$pool/b2/root" ] || fail 'the zone is not there'
zoneadm_zfs -z b move "$S/zones/b"
