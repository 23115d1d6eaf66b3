# Recovery goes by what a directory is, not by where it is, nor by its number: what somebody has
# made since, or another disk's, is not taken for what a dead command made or was removing; and what
# cannot be looked at is taken neither for that, nor for gone.
# fs: xfs:ext4 ext4:xfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
. "$tests/zone/killed.bash"
need_cmd mkfs.ext4
from=$S/zones/a to=$D/zones/a
mkdir -m 755 "$D/zones"
install_zone a "$from"
random 1000003 >"$from/root/data"
describe "$from" >was

# The zone is where it was before the move.
undone() {
	erred 'an interrupted move of zone a was undone'
	is "$(index_path)" "$from"
	is_described "$from" was
	nothing_left
}

# ---- what somebody has made since, which may have the number that was free again ----

# In the place of the copy.
killed_at syncfs 1 move "$to"
phase make
rm -rf "$D"/zones/.a.*
mkdir -m 700 "$to"
echo precious >"$to/precious"
zoneadm_rc 0 -z a recover
undone
is "$(cat "$to/precious")" precious
rm -r "$to"

# In the place of what was to be removed.
cp -a "$from" kept
killed_at renameat2 1 uninstall -F
phase remove
rm -rf "$from"
mkdir -m 700 "$from"
echo precious >"$from/precious"
zoneadm_rc 0 -z a recover
erred "WARNING: $from was left alone: it is not what zone a left there"
is "$(cat "$from/precious")" precious
is "$(index_line a)" "a:configured:$from:"
nothing_left
rm -r "$from"
cp -a kept "$from"
set_state a installed
describe "$from" >was

# ---- another disk ----

# Those of one second have the same numbers and times, up to the directories in them.
flash=$work/flash
mkdir "$flash"
for disk in one other later; do
	truncate -s 20M "$work/$disk.img"
done
E2FSPROGS_FAKE_TIME=1700000000 mkfs.ext4 -q "$work/one.img"
E2FSPROGS_FAKE_TIME=1700000000 mkfs.ext4 -q "$work/other.img"
mkfs.ext4 -q "$work/later.img"
insert() {
	! mountpoint -q "$flash" || umount "$flash"
	mount -o loop "$work/$1.img" "$flash"
}
for disk in other later; do
	insert $disk
	mkdir -m 700 "$flash/a"
	mkdir -p "$flash/a/root/etc"
	echo theirs >"$flash/a/root/etc/hostname"
done
# The other disk has what it had.
theirs() {
	is "$(cat "$flash/a/root/etc/hostname")" theirs
	is "$(names_in "$flash/a")" 'root root/etc root/etc/hostname'
}

# In the place of the copy.
insert one
killed_at syncfs 1 move "$flash/a"
insert other
zoneadm_rc 0 -z a recover
undone
theirs
insert one
rm -rf "$flash"/.a.*
# That the right one is missing is told where there is a difference.
killed_at syncfs 1 move "$flash/a"
insert later
before=$(stored)
zoneadm_rc 1 -z a recover
erred 'mount what is missing'
is "$(stored)" "$before"
theirs
insert one
zoneadm_rc 0 -z a recover
undone
is "$(find "$flash" -name '*a*')" "$flash"

# In the place of the old tree, when the zone is elsewhere.
zoneadm_rc 0 -z a move "$flash/a"
killed_at renameat2 3 move "$from"
phase remove
[ -d "$flash/a" ] || fail 'the old tree has its name aside already'
insert other
zoneadm_rc 0 -z a recover
erred "WARNING: $flash/a was left alone: it is not what zone a left there"
theirs
is "$(index_path)" "$from"
is_described "$from" was
insert one
rm -r "$flash/a"

# ---- what cannot be looked at ----

# unseen PATH: recovery stops there, and nothing is forgotten nor touched.
unseen() {
	local before
	before=$(stored; untouched)
	ran 1 strace -f -qq -o /dev/null -P "$1" -e trace=statx,newfstatat \
		-e inject=statx,newfstatat:error=EIO "$ZONEADM" -z a recover
	erred "$1: Input/output error"
	is "$(stored; untouched)" "$before"
}

# A zone that was renamed, and one of its names.
killed_at renameat2 1 move "$S/zones/renamed"
phase rename
mv "$from" "$S/zones/renamed"
unseen "$from"
unseen "$S/zones/renamed"
zoneadm_rc 0 -z a recover
erred 'an interrupted move of zone a was finished'
at_only "$S/zones/renamed" "$from"
zoneadm_rc 0 -z a move "$from"
# A copy that is whole, and that may have its name.
killed_at renameat2 2 move "$to"
phase name
unseen "$to"
unseen "$(echo "$D"/zones/.a.*)"
mv "$D"/zones/.a.* "$to"
unseen "$to"
unseen "$from"
zoneadm_rc 0 -z a recover
erred "an interrupted move of zone a was finished: it is at $to"
at_only "$to" "$from"
is_described "$to" was
# What is being removed.
killed_at unlinkat 2 uninstall -F
phase remove
unseen "$(echo "$D"/zones/.a.*)"
zoneadm_rc 0 -z a recover
is "$(index_line a)" "a:configured:$to:"
nothing_left

# ---- a clone ----

install_zone source "$S/zones/source"
zonecfg -z a "set zonepath=$flash/a"
killed_at syncfs 1 clone source
phase make
insert other
zoneadm_rc 0 -z a recover
erred 'an interrupted clone of zone a was undone'
is "$(index_line a)" "a:configured:$flash/a:"
theirs
umount "$flash"
