# zoneadm install: what all ways have in common: what the zone mounts gets its files, and is mounted
# nowhere afterwards; a death at any moment is undone.
# fs: ext4:xfs xfs:btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/install.bash"
need_cmd losetup mkfs.ext4 tar pgrep
source=$S/system
make_system "$source"
mkdir -p "$source/data/inner" "$source/export"
echo text >"$source/data/file"
echo deep >"$source/data/inner/file"

# ---- what the zone mounts ----

truncate -s 20M "$work/disk.img"
disk=$(losetup -f --show "$work/disk.img")
trap 'losetup -d "$disk"' EXIT
mkfs.ext4 -q "$disk"
mkdir "$S/export" "$work/look"
fs="add fs; set dir=/data; set special=$disk; set type=ext4; set options=[rw,noatime]; end"
fs="$fs; add fs; set dir=/data/lofs; set special=$S/export; set type=lofs; end"
fs="$fs; add fs; set dir=/scratch; set special=tmpfs; set type=tmpfs; end"
fs="$fs; add inherit-pkg-dir; set dir=/opt; end"
make_zone_a "$fs"
grep -qw ext4 /proc/filesystems
zoneadm_rc 0 -z a install -m directory "$source"
erred 'was reset on the root of the zone only'
installed
nothing_mounted "$place"
# Its files are on it, and not below the mount point.
is "$(names_in "$place/a/root/data")" ''
is "$(stat -c '%a %u' "$place/a/root/opt" "$place/a/root/scratch")" "$(printf '755 0\n755 0')"
mount -o ro "$disk" "$work/look"
is "$(cat "$work/look/file" "$work/look/inner/file")" "$(printf 'text\ndeep')"
is "$(names_in "$work/look")" 'file inner inner/file lofs lost+found'
umount "$work/look"
uninstall

# What is there already is nobody's to overwrite.
install_fails 'data/file is there already' -m directory "$source"
erred 'what was written there stays'
mount "$disk" "$work/look"
is "$(cat "$work/look/file")" text
rm -r "$work/look"/{file,inner,lofs}
ln -s "$S/export" "$work/look/lofs"
umount "$work/look"
install_fails 'fs /data/lofs: cannot make its mount point' -m directory "$source"
is "$(names_in "$S/export")" ''
nothing_mounted "$place"
# What cannot be mounted is told before anything is filled.
dd if=/dev/zero of="$disk" bs=1M count=1 conv=fsync status=none
install_fails "fs /data: cannot mount $disk: " -m directory "$source"
zonecfg -z a 'remove -F fs; remove -F inherit-pkg-dir'

# ---- a death ----

head -c 20000000 /dev/urandom >"$source/large"
tar -C "$source" --xattrs --xattrs-include='*' --acls --sort=name -cf "$S/whole.tar" .
mkfifo "$work/pipe"
# An installation that waits for the rest of the archive.
half_way() {
	"$ZONEADM" -z a install -m archive - <"$work/pipe" >"$work/half.out" 2>"$work/half.err" &
	pid=$!
	exec 9>"$work/pipe"
	head -c 2000000 "$S/whole.tar" >&9
	wait_for compgen -G "$place/.a.*/root/etc/passwd" >/dev/null
	is "$(index_line a | cut -d: -f2)" incomplete
	child=$(pgrep -P "$pid")
	[ "$(readlink "/proc/$child/ns/mnt")" != "$(readlink /proc/self/ns/mnt)" ] ||
		fail 'it mounts where others see it'
}
gone() {
	! kill -0 "$child" 2>/dev/null
}

half_way
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
exec 9>&-
wait_for gone
zoneadm_rc 0 -z a recover
erred 'an interrupted install of zone a was undone'
nothing_installed

# The next installation does that, too.
half_way
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
exec 9>&-
zoneadm_rc 0 -z a install -m archive --keep-identity "$S/whole.tar"
erred 'an interrupted install of zone a was undone'
installed
same_by_rsync "$source" "$place/a/root"
uninstall

# Who fills the root dies alone.
half_way
kill -9 "$child"
rc=0
wait "$pid" || rc=$?
exec 9>&-
is "$rc" 1
grep -q 'was killed by signal 9' "$work/half.err" || fail "$(cat "$work/half.err")"
is "$(tail -n 1 "$work/half.out")" "$last_line"
grep -q 'ERROR: what filled' "$log" || fail "$(cat "$log")"
nothing_installed

# ---- the root ----

# It is what the source says, whatever ACL the directories above would pass on.
setfacl -d -m u:4711:rwx "$place"
zoneadm_rc 0 -z a install -m directory --keep-identity "$source"
installed
same_acls "$source" "$place/a/root"
uninstall
setfacl -b "$place"

# A directory where the storage would make more.
zoneadm -z a install -m directory -x nodataset "$source"
no grep -q 'created for this zone' "$work/out"
installed
[ "$(inode "$place/a")" != 256 ] || fail 'it is a subvolume'
uninstall
