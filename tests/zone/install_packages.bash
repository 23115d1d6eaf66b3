# What the tests of zoneadm install -m packages share.
# shellcheck shell=bash
. "$tests/zone/install.bash"
need_cmd dpkg dpkg-query systemd-nspawn md5sum
[ -e /var/lib/dpkg/status ] || skip 'this host has no packages of dpkg'

# Copies of the host's configuration files, not links to them, and no zones.
umount /etc
mkdir "$work/etc.copy"
mount -t tmpfs -o mode=755 tmpfs "$work/etc.copy"
cp -a "$work/etc/." "$work/etc.copy/"
rm -rf "$work/etc.copy/zones"
mkdir -m 755 "$work/etc.copy/zones"
mount --move "$work/etc.copy" /etc

# in_zone COMMAND...: run it in the zone's root, which is whole.
in_zone() {
	chroot "$place/a/root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C "$@"
}
