# zoneadm install --lossy: what the file system of the zone cannot hold of the host's files is no
# error.
# fs: tmpfs
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
need_cmd mkfs.btrfs setfacl
setfacl -m u:2:r /etc/issue.net
truncate -s 1900M "$work/image"
mkfs.btrfs -q "$work/image"
mount -o loop,noacl "$work/image" "$place"
chmod 755 "$place"
make_zone_a
install_fails /etc/issue.net
zoneadm_rc 0 -z a install --lossy
installed
cmp /etc/issue.net "$place/a/root/etc/issue.net"
