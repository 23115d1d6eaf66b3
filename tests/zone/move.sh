# zoneadm move: the whole zone with everything in it, inside a file system and to another one; to a
# place that does not exist or is empty; what is printed; -n and --verify.
# fs: ext4 xfs btrfs tmpfs ext4:xfs xfs:ext4 tmpfs:btrfs btrfs:ext4
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
mkdir -m 755 "$D/zones"
from=$S/zones/a
install_zone a "$from"
case $src_fs$dst_fs in
*tmpfs*) make_basic "$from/root/t"; make_links "$from/root/links"; make_names "$from/root/names" ;;
*) make_everything "$from/root/t" ;;
esac
make_sparse "$from/root/sparse"
describe "$from" >was
line=$(index_line a)

# moves FROM TO ARGUMENT...: it succeeds, and prints what it should.
moves() {
	local made=''
	zoneadm_rc 0 -z a move "${@:3}" "$2"
	if [ "$1" -ef "$2" ] || [ "${1%/zones/*}" = "${2%/zones/*}" ] || [ "$src_fs" = "$dst_fs" ]; then
		said_only ''
	else
		[ "$(stat -f -c %T "${2%/*}")" != btrfs ] ||
			made=$'A btrfs subvolume has been created for this zone.\n'
		said_only "${made}Moving across file systems; copying zonepath $1...
Cleaning up zonepath $1..."
	fi
	[ "$(stat -f -c %T "${2%/*}")" = tmpfs ] || silent
	! grep -v 'on a file system in memory' err || fail 'it complains'
	is_described "$2" was
	at_only "$2" "$1"
	# What it stays: installed, with its UUID.
	is "$(index_line a)" "${line%:*:*}:$2:${line##*:}"
}

# -n: what would be done; nothing is.
describe "$S" >before
stored >registry
objects=$(find "$from" -printf x | wc -c)
zoneadm_rc 0 -z a move -n "$D/zones/a2"
if [ "$src_fs" = "$dst_fs" ]; then
	said "$from would be renamed to $D/zones/a2: $objects objects"
else
	said "$from would be copied to $D/zones/a2, then removed: $objects objects, "
	said " bytes are free there"
fi
is_described "$S" before
is "$(stored)" "$(cat registry)"
absent "$D/zones/a2"

ino=$(inode "$from")
moves "$from" "$D/zones/a2"
[ "$src_fs" != "$dst_fs" ] || is "$(inode "$D/zones/a2")" "$ino"
[ "$(du -s --block-size=1M "$D/zones/a2/root/sparse" | cut -f1)" -lt 45 ] || fail 'holes were filled'
# Back, onto an empty directory, named in another way; with the contents compared.
mkdir -m 700 "$from"
moves "$D/zones/a2" "$from" --verify
# Beside itself: always a rename. The path may be written in any way, and have characters that
# shells would trip over.
ino=$(inode "$from")
moves "$from" "$S/zones/a b'c;d"
is "$(inode "$S/zones/a b'c;d")" "$ino"
zoneadm_rc 0 -z a move "$S//zones///a/"
at_only "$from" "$S/zones/a b'c;d"
is_described "$from" was
# A file system that is mounted twice is two for a rename.
mkdir -m 755 "$S/second" "$work/second"
mount --bind "$S/second" "$work/second"
zoneadm_rc 0 -z a move -n "$work/second/a"
said "$from would be copied to $work/second/a"
zoneadm_rc 0 -z a move "$work/second/a"
said "Moving across file systems; copying zonepath $from..."
is_described "$work/second/a" was
zoneadm_rc 0 -z a move "$from"
is_described "$from" was
umount "$work/second"
at_only "$from" "$S/second/a"
# By UUID.
zoneadm_rc 0 -u "${line##*:}" move "$S/zones/u"
at_only "$S/zones/u" "$from"
