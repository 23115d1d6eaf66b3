# zoneadm move and clone to a file system whose storage is full when it is written to: an image on a
# full tmpfs. The copy is not believed: the zone stays where it was, and whole; what could not be undone
# on a broken file system the next command undoes when it has been repaired.
# fs: tmpfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
need_cmd mkfs.ext4 e2fsck mkfs.xfs
need_fs xfs
from=$S/zones/a back=$work/back to=$work/to/zones
mkdir "$back" "$work/to"
install_zone a "$from"
zonecfg -z b "create; set zonepath=$to/b"
for i in {1..12}; do
	head -c 600K /dev/urandom >"$from/root/etc/file$i"
done
describe "$from" >was
registry=$(stored)

# new_place KIND LEFT: a file system with room for all, of which storage has LEFT kilobytes.
new_place() {
	local room=$((160 << 10))
	mount -t tmpfs -o size=${room}K tmpfs "$back"
	truncate -s 320M "$back/image"
	case $1 in
	ext4) mkfs.ext4 -q -E lazy_itable_init=1,nodiscard "$back/image" ;;
	xfs) mkfs.xfs -q -f "$back/image" ;;
	esac
	mount -o loop,noatime "$back/image" "$work/to"
	mkdir -m 755 "$to"
	sync -f "$to"
	fallocate -l $(($(stat -f -c '%a * %S' "$back") - ($2 << 10))) "$back/ballast"
}

# The disk is mended: room again, and the file system as its own tool makes it.
mend() {
	rm "$back/ballast"
	umount "$work/to"
	[ "$1" != ext4 ] || e2fsck -fy "$back/image" >fsck 2>&1 || [ $? -le 2 ] || fail "$(cat fsck)"
	mount -o loop,noatime "$back/image" "$work/to"
}

met=0
for kind in ext4 xfs; do
	for left in 100 700 1500 4000; do
		for command in "a move $to/a" 'b clone a'; do
			new_place $kind $left
			# shellcheck disable=SC2086 # several arguments
			zoneadm_rc 1 -z $command
			grep -Eq 'Input/output error|Read-only file system|Structure needs cleaning|No space' err \
				|| fail "it names no cause: $(cat err)"
			is_described "$from" was
			is "$(index_line a | cut -d: -f2,3)" "installed:$from"
			[ "$(index_line b | cut -d: -f2)" != installed ] || fail 'it is installed'
			zoneadm list -cv
			[ ! -e "/etc/zones/${command%% *}.operation" ] || met=$((met + 1))
			mend $kind
			zoneadm_rc 0 -z "${command%% *}" recover
			is_described "$from" was
			is "$(names_in "$to")" ''
			is "$(stored)" "$registry"
			registry_sound
			umount "$work/to"
			umount "$back"
		done
	done
done
echo "$met times something was left for the next command"
