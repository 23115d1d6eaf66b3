# What is done in a zone that runs stays: packages removed and installed with dpkg, services enabled
# and disabled, users; after it boots again, in a clone, and after a move to another file system.
# fs: ext4:xfs btrfs
# cgroups: own
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
. "$tests/zone/runtime.bash"
need_cmd dpkg-deb
[ "$(stat -fc %T "$D")" = "$(stat -fc %T "$S")" ] && other=$D/other || other=$S
cat >answers <<'END'
system_locale=C.UTF-8
timezone=UTC
root_password=*
network_interface=PRIMARY {ip_address=192.0.2.9 netmask=255.255.255.0}
END
make_zone_a
zoneadm_rc 0 -z a install --sysidcfg answers

# make_package NAME: with two services that are wanted at boot, if nobody says otherwise.
make_package() {
	local name=$1 unit
	mkdir -p "$work/$name"/{DEBIAN,usr/lib/systemd/system,usr/share/$name}
	printf 'Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: t <t@t>\nDescription: t\n' \
		"$name" >"$work/$name/DEBIAN/control"
	for unit in on off; do
		printf '[Service]\nExecStart=/bin/sleep infinity\n[Install]\n%s\n' \
			WantedBy=multi-user.target >"$work/$name/usr/lib/systemd/system/$name-$unit.service"
	done
	echo data >"$work/$name/usr/share/$name/data"
	dpkg-deb --root-owner-group -b "$work/$name" "$work/$name.deb" >out
}
make_package zt-kept
make_package zt-gone

# is_customised ZONE: what was done is there, in its files and in what runs.
is_customised() {
	zlogin "$1" dpkg-query -W -f '${Status}' zt-kept
	said_only 'install ok installed'
	zlogin_rc 1 "$1" dpkg-query -W zt-gone
	zlogin "$1" cat /usr/share/zt-kept/data
	said_only data
	zlogin_rc 0 "$1" systemctl is-enabled zt-kept-on zt-kept-off zt-masked
	said_only $'enabled\ndisabled\nmasked'
	zlogin_rc 0 "$1" systemctl is-active zt-kept-on zt-kept-off
	said_only $'active\ninactive'
	zlogin "$1" systemctl is-enabled getty@zt.service
	zlogin_rc 1 "$1" systemctl is-enabled getty@tty9.service
	zlogin "$1" id -un 4321
	said_only carol
	zlogin "$1" sh -c 'test -f /home/carol/mine && hostname'
	said_only "$1"
}
boot() {
	zoneadm_rc 0 -z "$1" boot
	wait_booted "$1"
}

zoneadm_rc 0 -z a boot
# It has no interface, and no service that looks for one.
erred 'the addresses of network_interface=PRIMARY are not set'
absent "$place/a/root/etc/systemd/system/multi-user.target.wants/systemd-networkd.service"
wait_booted a
for name in zt-kept zt-gone; do
	cp "$work/$name.deb" "$place/a/root/root/"
	zlogin_rc 0 a dpkg -i "/root/$name.deb"
done
zlogin_rc 0 a dpkg --purge zt-gone
zlogin_rc 0 a systemctl enable zt-kept-on getty@zt
zlogin_rc 0 a systemctl disable zt-kept-off
zlogin_rc 0 a systemctl mask zt-masked
zlogin_rc 0 a sh -c 'useradd -u 4321 -m carol && echo >/home/carol/mine'
before=$(zlogin_rc 0 a systemctl list-unit-files --no-legend && cat out)
zoneadm_rc 0 -z a shutdown
boot a
is_customised a
zoneadm_rc 0 -z a halt

# At its first boot, no preset of a package's or of systemd's says otherwise.
zonecfg -z b "create -t a; set zonepath=$place/b"
zoneadm_rc 0 -z b clone --sysidcfg answers a
is "$(cat "$place/b/root/etc/machine-id")" uninitialized
boot b
is_customised b
zlogin_rc 0 b systemctl list-unit-files --no-legend
is "$(sort out)" "$(sort <<<"$before")"
[ "$(cat "$place/b/root/etc/machine-id")" != "$(cat "$place/a/root/etc/machine-id")" ] ||
	fail 'the clone has the machine-id of its source'
zoneadm_rc 0 -z b halt

mkdir -p "$other"
chmod 755 "$other"
zoneadm_rc 0 -z b move "$other/b"
boot b
is_customised b
zoneadm_rc 0 -z b halt
nothing_left b
