# zoneadm install -m directory: the zone's root is a copy of a directory, with everything but its
# identity.
# fs: ext4:xfs xfs:btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/install.bash"
source=$S/system
make_system "$source"
describe "$source" >before
make_zone_a

# All of it, the root itself, too.
zoneadm -z a install -m directory --keep-identity "$source"
is "$(grep -v '^A btrfs subvolume' "$work/out")" "Preparing to install zone <a>.
Copying $source...
Zone <a> is initialized.
$last_line"
installed
same "$source" "$place/a/root"
is_described "$source" before
is "$(stat -c '%a %u' "$log" /var/log/zones)" "$(printf '600 0\n700 0')"
grep -q "zoneadm -z a install -m directory --keep-identity $source" "$log" || fail 'no command'
grep -q 'Zone <a> is initialized' "$log" || fail 'no last line'
uninstall

# Its identity stays behind.
touch -h -d '2001-02-03 04:05:06' "$source"
zoneadm -z a install -m directory "$source"
installed
is "$(cat "$place/a/root/etc/machine-id")" uninitialized
absent "$place/a/root/etc/ssh/ssh_host_rsa_key"
is "$(cat "$place/a/root/var/log/syslog")" ''
is "$(cat "$source/etc/ssh/ssh_host_rsa_key")" secret
same_by_rsync "$source/usr" "$place/a/root/usr"
uninstall

# By a relative path, with links in it; a mount point is a directory as any other.
mkdir "$S/mounted"
mount --bind "$source" "$S/mounted"
ln -s mounted "$S/link"
(cd "$S" && zoneadm -z a install -m directory link)
installed
umount "$S/mounted"
uninstall

# What is not the root of a system.
mkdir "$S/none"
install_refused "$S/none is not the root of a system" -m directory "$S/none"
mkdir "$S/none/etc"
install_refused "$S/none is not the root of a system" -m directory "$S/none"
ln -s none/etc "$S/none/bin"
install_refused '/ is this host itself' -m directory /
install_refused "$S/missing: No such file" -m directory "$S/missing"
install_refused 'install -m archive' -m directory "$source/etc/passwd"

# What would not be copied.
mkdir "$source/mnt"
mount -t tmpfs tmpfs "$source/mnt"
install_refused "$source/mnt is a mount point" -m directory "$source"
umount "$source/mnt"

# What belongs to zones.
install_zone b "$place/b"
mkdir "$place/b/root/usr"
install_refused "has files of zone b" -m directory "$place/b/root"
mkdir -p "$place"/{etc,usr}
install_refused 'are one in the other' -m directory "$place"
rmdir "$place"/{etc,usr}

# What cannot be kept undoes all of it.
chattr +S "$source/usr"
mkdir -m 755 "$work/ram"
mount -t tmpfs -o mode=755 tmpfs "$work/ram"
zonecfg_rc 0 -z a "set zonepath=$work/ram/a"
zoneadm_rc 1 -z a install -m directory "$source"
erred 'the new place cannot hold'
is "$(grep -c 'is on a file system in memory' "$work/err")" 1
is "$(index_line a)" "a:configured:$work/ram/a:"
is "$(ls -A "$work/ram")" ''
said_only "Preparing to install zone <a>.
Copying $source...
$last_line"
grep -q 'ERROR: the new place cannot hold' "$log" || fail 'the log does not tell why'
zoneadm_rc 0 -z a install -m directory --lossy "$source"
erred 'WARNING: the new place cannot hold flags'
