# The registry cannot be written to: everything can be looked at, also with what a dead command has
# left behind; changes fail and say why.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone a
mount -o remount,ro /etc
zonecfg -z a info
zoneadm list -cv
refuses 'Read-only file system' -z a 'set autoboot=true'
mount -o remount,rw /etc
echo x >/etc/zones/.transaction/0123456789abcdef.0
mount -o remount,ro /etc
zoneadm_rc 0 list -cv
said '   - a                configured     /zones/a'
zonecfg_rc 0 -z a info
said 'zonepath: /zones/a'
