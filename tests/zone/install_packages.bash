# What the tests of zoneadm install -m packages share.
# shellcheck shell=bash
. "$tests/zone/install.bash"
need_cmd dpkg dpkg-query systemd-nspawn md5sum
[ -e /var/lib/dpkg/status ] || skip 'this host has no packages of dpkg'

copy_etc

# in_zone COMMAND...: run it in the zone's root, which is whole.
in_zone() {
	chroot "$place/a/root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C "$@"
}
