# zoneadm verify: what a zone's resources want of this host and of each other.
# fs: ext4 btrfs
. "$tests/zone/lib.sh"

. "$tests/zone/verify.bash"

device=$(losetup -f) mounted=$(findmnt -no SOURCE --target "$S")

# ---- fs ----

fs() {
	echo "add fs; set dir=/data; set type=$1; set special=$2; ${3-}; end"
}
mkdir "$S/export"
fine "$(fs lofs "$S/export")"
fine "$(fs lofs "$S/export" 'add options [rw,nosuid,nodev,noexec,noatime,rbind]')"
fine "$(fs lofs /etc/passwd)"
fine "$(fs tmpfs swap 'add options size=1m')"
fine "$(fs ext4 "$device" "set raw=$device")"
wrong "$(fs lofs "$S/nosuch")" "fs /data: special $S/nosuch does not exist on the host"
wrong "$(fs lofs export)" 'fs /data: special export is not the absolute path'
doubtful "$(fs lofs "$S/export" 'add options [rw,nosiud]')" \
	'fs /data: option nosiud has no effect on type=lofs: did you mean nosuid?'
doubtful "$(fs lofs "$S/export" 'add options discard')" \
	'fs /data: option discard has no effect on type=lofs'
silent_about 'did you mean'
denied() {
	wrong "$(fs lofs "$1")" "fs /data: special $1${2-} is the host's own: "
}
for place in /proc /proc/sys /sys /sys/kernel /dev /dev/null; do
	denied $place
	erred 'the zone gets its own'
done
for place in /etc/zones /etc/zones/web.xml /run/zones; do
	denied $place
	erred 'give another directory'
done
denied /etc/zones/index
denied /dev/pts
ln -s /sys/kernel "$S/link"
denied "$S/link" ', which is /sys/kernel'
rm "$S/link"
for pair in ro:rw rw:ro nosuid:suid suid:nosuid dev:nodev exec:noexec rbind:norbind; do
	wrong "$(fs lofs "$S/export" "add options [${pair%:*},noatime,${pair#*:}]")" \
		"fs /data: options ${pair%:*} and ${pair#*:} contradict each other"
done
wrong "$(fs tmpfs swap 'add options [sync,async]')" 'fs /data: options sync and async contradict'
doubtful "$(fs lofs "$zones")" "fs /data: special $zones holds the zonepath of 1 zone, such as web"
for type in nfs nfs4 cifs smb3 smbfs autofs; do
	wrong "$(fs $type server:/x)" "fs /data: type $type is not allowed in a zone: "
	erred 'type=lofs'
done
for type in proc sysfs devpts devtmpfs cgroup cgroup2; do
	wrong "$(fs $type none)" \
		"fs /data: type $type is not allowed in a zone: the zone gets its own"
done
for type in ufs ext nosuch ext4x; do
	wrong "$(fs $type "$device")" "fs /data: type $type: this kernel does not know it"
done
wrong "$(fs ext4 "$S/export")" "fs /data: special $S/export is not a block device"
wrong "$(fs ext4 "$S/nosuch")" "fs /data: special $S/nosuch does not exist"
wrong "$(fs ext4 nosuch)" "fs /data: special nosuch is not a device's path, LABEL=... or UUID=..."
doubtful "$(fs ext4 LABEL=nosuch)" 'fs /data: special LABEL=nosuch: there is no such device now'
wrong "$(fs ext4 "$device" "set raw=$S/export")" "fs /data: raw $S/export is not a block device"
wrong "$(fs tmpfs swap "set raw=$device")" 'fs /data: raw is the device that fsck(8) checks'
wrong "add fs; set dir=/; set type=tmpfs; set special=swap; end" "fs /: dir / is the zone's root"

doubtful "$(fs ext4 "$mounted")" "fs /data: special $mounted is mounted on the host at "
for dir in /proc /proc/x /sys/fs /dev /dev/shm/x; do
	wrong "add fs; set dir=$dir; set type=tmpfs; set special=swap; end" \
		"fs $dir: dir $dir would hide what every zone has in its own "
done
fine 'add fs; set dir=/device; set type=tmpfs; set special=swap; end'
for dir in /run /run/x; do
	doubtful "add fs; set dir=$dir; set type=tmpfs; set special=swap; end" \
		"fs $dir: dir $dir is where the zone mounts a file system of its own"
done
grep -qw fuse /proc/filesystems && doubtful "$(fs fuse.sshfs host:/x)" \
	'fs /data: type fuse.sshfs: its program will run on the host, as root, and not in the zone'

# ---- inherit-pkg-dir, and both beside each other ----

inherit() {
	echo "add inherit-pkg-dir; set dir=$1; end"
}
# What is inherited has the same path in the zone, so it is nowhere in /dev.
mkdir -p "$S/opt/inner"
mount --bind "$S" /mnt
fine "$(inherit "/mnt/opt")"
fine "$(inherit "/mnt/opt"); add fs; set dir=/mnt/opt/inner; set type=tmpfs; set special=swap; end"
wrong "$(inherit "/mnt/nosuch")" "inherit-pkg-dir /mnt/nosuch: dir /mnt/nosuch does not exist"
wrong "$(inherit /etc/passwd)" 'inherit-pkg-dir /etc/passwd: dir /etc/passwd is not a directory'
wrong "$(inherit "/mnt/opt"); $(inherit "/mnt/opt/inner")" \
	"inherit-pkg-dir /mnt/opt/inner: inherit-pkg-dir /mnt/opt overlaps"
wrong "$(inherit "/mnt/opt"); add fs; set dir=/mnt/opt; set type=tmpfs; set special=swap; end" \
	"fs /mnt/opt: inherit-pkg-dir /mnt/opt is mounted at the same place"

wrong "$(inherit /proc/sys)" 'inherit-pkg-dir /proc/sys: dir /proc/sys: every zone has its own /proc'
for dir in /sys /dev /dev/pts /run/zones; do
	wrong "$(inherit $dir)" "inherit-pkg-dir $dir: dir $dir: every zone has its own "
done
zonecfg -z inner 'create; set zonepath=/mnt/opt/inner; commit'
doubtful "$(inherit /mnt/opt)" \
	'inherit-pkg-dir /mnt/opt: dir /mnt/opt holds the zonepath of 1 zone, such as inner'
zonecfg -z inner 'delete -F'
umount /mnt

# ---- device ----

fine 'add device; set match=/dev/null; end'
fine 'add device; set match=/dev/tty*; end'
fine "add device; set match=$device; end"
for match in "$mounted" "/dev/loop*"; do
	doubtful "add device; set match=$match; end" "device $match: /dev/loop"
	says ' is mounted on the host at .*: the zone'
done
# A disk, of which one partition is: as the kernel tells that of these two.
disk=$(cat "/sys/class/block/${device##*/}/dev")
partition=$(cat "/sys/class/block/${mounted##*/}/dev")
mount -t tmpfs tmpfs /sys
mkdir -p /sys/devices/disk/partition /sys/dev/block
ln -s ../../devices/disk/partition "/sys/dev/block/$partition"
echo "$disk" >/sys/devices/disk/dev
fine "add device; set match=$device; end"
echo 1 >/sys/devices/disk/partition/partition
doubtful "add device; set match=$device; end" "device $device: $device, or a partition of it, is mounted"
umount /sys
doubtful 'add device; set match=/dev/nosuch*; end' \
	'device /dev/nosuch*: nothing in /dev matches /dev/nosuch* now'
doubtful 'add device; set match=/dev/shm; end' 'device /dev/shm: /dev/shm matches nothing that is'
wrong 'add device; set match=/etc/passwd; end' 'device /etc/passwd: match /etc/passwd is not below'
wrong 'add device; set match=/device; end' 'device /device: match /device is not below /dev'
zonecfg -z other "create; set zonepath=$zones/other; add device; set match=/dev/n*; end; commit"
doubtful 'add device; set match=/dev/null; end' \
	'device /dev/null: zone other may use it, too (match /dev/n*)'
fine 'add device; set match=/dev/zero; end'
zonecfg -z other 'delete -F'

# ---- dataset ----

dataset() {
	echo "add dataset; set name=$1; end"
}
wrong "$(dataset "$S/nosuch")" "dataset $S/nosuch: No such file or directory"
wrong "$(dataset "$S/export")" "dataset $S/export: it is not a btrfs subvolume"
type -P zfs >/dev/null || doubtful "$(dataset tank/a)" 'dataset tank/a: whether this ZFS dataset exists'
zonecfg -z other "create; set zonepath=$zones/other; $(dataset tank/a); commit"
with "$(dataset tank/a/b)"
zoneadm_rc 1 -z web verify
erred 'dataset tank/a/b: zone other has dataset tank/a: only one zone can administer it'
with "$(dataset tank/a)"
zoneadm_rc 1 -z web verify
erred 'dataset tank/a: zone other has it, too'
with "$(dataset tank/ab)"
zoneadm_rc 0 -z web verify
zonecfg -z other 'delete -F'
if [ "$src_fs" = btrfs ]; then
	btrfs -q subvolume create "$S/data"
	fine "$(dataset "$S/data")"
	mkdir "$S/data/sub"
	wrong "$(dataset "$S/data/sub")" "dataset $S/data/sub: it is not a btrfs subvolume"
	ln -s data "$S/link"
	wrong "$(dataset "$S/link")" "dataset $S/link: it is not a btrfs subvolume"
	rmdir "$zones/web" "$zones"
	btrfs -q subvolume create "$zones"
	chmod 755 "$zones"
	wrong "$(dataset "$zones")" \
		"dataset $zones: it overlaps $zones/web, the zonepath of this zone"
fi

# ---- CPUs, memory, users ----

cpus=$(getconf _NPROCESSORS_ONLN)
fine "add dedicated-cpu; set ncpus=$cpus; end"
wrong "add dedicated-cpu; set ncpus=$((cpus + 1)); end" \
	"dedicated-cpu: ncpus=$((cpus + 1)): this host"
doubtful "add dedicated-cpu; set ncpus=1-$((cpus + 1)); end" 'dedicated-cpu: ncpus='
fine "add capped-cpu; set ncpus=$cpus; end"
doubtful "add capped-cpu; set ncpus=$cpus.01; end" "capped-cpu: ncpus=$cpus.01 limits nothing"
fine 'add capped-memory; set physical=64m; end'
doubtful 'add capped-memory; set physical=1024t; end' 'capped-memory: physical=1024T limits nothing'
fine 'add admin; set user=root; set auths=login; end'
doubtful 'add admin; set user=nosuch; set auths=login; end' 'admin nosuch: this host has no user'

# ---- all of them at once ----

with "$(fs nfs a:/b); $(inherit "$S/nosuch"); add device; set match=/x; end"
chmod 711 "$zones/web"
zoneadm_rc 1 -z web verify
is "$(grep -c 'zoneadm: ' "$work/err")" 5
for part in "zonepath $zones/web has mode 0711" "fs /data: type nfs" "inherit-pkg-dir $S/nosuch: " \
	'device /x: ' "zone 'web' failed to verify"; do
	erred "zoneadm: $part"
done
