# zoneadm move: what it refuses, before anything is touched: neither the registry nor a tree changes.
# fs: ext4:xfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
mkdir -m 755 "$D/zones"
from=$S/zones/a
install_zone a "$from"
install_zone b "$S/zones/b"

# ---- the command line ----

for arguments in '' "$D/zones/a x" "-x $D/zones/a" '-n'; do
	# shellcheck disable=SC2086 # several
	zoneadm_rc 2 -z a move $arguments
	erred 'usage:'
done

# ---- the new place ----

move_refused 'is not an absolute path' zones/a
move_refused 'the text is empty' ''
move_refused 'is not an absolute path' "$D/zones/../zones/a"
move_refused "zone a is at $from already" "$from"
move_refused "zone a is at $from already" "$from/"
move_refused 'are one in the other' "$from/root/inside"
move_refused 'are one in the other' "$S/zones"
move_refused 'the zonepath of zone b, overlap' "$S/zones/b"
move_refused 'the zonepath of zone b, overlap' "$S/zones/b/root/x"
move_refused "which is the system's" /etc/zone
move_refused 'that others use, too' /srv
for option in "" -n; do
	# shellcheck disable=SC2086 # or none
	move_refused "$D/none: No such file or directory: make it first" $option "$D/none/a"
done
mkdir -m 700 "$D/zones/full"
: >"$D/zones/full/.hidden"
move_refused "$D/zones/full: there is something already, and it is not empty" -n "$D/zones/full"
move_refused "$D/zones/full: there is something already, and it is not empty" "$D/zones/full"
mkdir -m 755 "$D/zones/open"
move_refused "zonepath $D/zones/open has mode 0755" "$D/zones/open"
echo text >"$D/zones/file"
move_refused "$D/zones/file is not a directory" "$D/zones/file"
move_refused "$D/zones/file is not a directory" "$D/zones/file/a"
ln -s zones "$D/link"
move_refused "$D/link is a symbolic link" "$D/link/a"
ln -s nowhere "$D/zones/dangling"
move_refused "$D/zones/dangling is a symbolic link" "$D/zones/dangling"
mkdir -m 775 "$D/shared"
move_refused "$D/shared, the directory that holds the zonepath, has mode 0775" "$D/shared/a"
mkdir -m 700 "$D/zones/mounted"
mount -t tmpfs -o mode=700 tmpfs "$D/zones/mounted"
move_refused "$D/zones/mounted is a mount point: give the zone a directory in it" "$D/zones/mounted"
move_refused "$D/zones/mounted is a mount point" -n "$D/zones/mounted"
umount "$D/zones/mounted"
for option in ro nosuid nodev noexec; do
	mount -o "remount,bind,$option" "$D"
	move_refused "is on a file system mounted $option" "$D/zones/a"
	mount -o remount,bind,rw,suid,dev,exec "$D"
done
# By way of a mount, the place is the zone's own tree, or another zone's.
mkdir "$D/bound"
for zone in a b; do
	mount --bind "$S/zones/$zone" "$D/bound"
	move_refused "the zonepath of zone $zone, are one directory" "$D/bound/x"
	umount "$D/bound"
	# Also if what is mounted is only a part of that tree.
	mount --bind "$S/zones/$zone/root/etc" "$D/bound"
	move_refused "the zonepath of zone $zone, are one directory" "$D/bound/x"
	move_refused "the zonepath of zone $zone, are one directory" -n "$D/bound/x"
	umount "$D/bound"
done

# ---- the zone ----

registry_sound
for state in configured incomplete; do
	set_state a $state
	move_refused "zone a is $state, so it cannot be moved" "$D/zones/a"
done
set_state a installed
mv "$from/root" "$from/away"
move_refused "zone a is not at $from: $from/root: No such file" "$D/zones/a"
mv "$from/away" "$from/root"
zoneadm_rc 1 -z nobody move "$D/zones/a"
erred 'nobody: No such zone configured'
zoneadm_rc 1 -z global move "$D/zones/a"
erred 'global'
zoneadm_rc 1 move "$D/zones/a"
erred 'which zone?'
# Index and XML disagree: neither wins in silence, even if something is at both.
cp -a "$from" "$from.other"
sed -i "s,:$from:,:$from.other:," /etc/zones/index
move_refused "zonepath is $from in /etc/zones/a.xml, but \"$from.other\"" "$D/zones/a"
sed -i "s,:$from.other:,:$from:," /etc/zones/index

# Somebody else is at it.
[ -d /run/zones ] || mkdir -m 700 /run/zones
flock -o /run/zones/a.zoneadm.lock sleep 30 &
holder=$!
taken() {
	! flock -n /run/zones/a.zoneadm.lock true
}
wait_for taken
before=$(stored)
zoneadm_rc 1 -z a move "$D/zones/a"
erred 'zone a is in use by'
is "$(stored)" "$before"
kill "$holder"
wait "$holder" 2>/dev/null || true
