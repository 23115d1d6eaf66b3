# Zones boot whose names are those of files that the kernel makes in control groups, and nothing is
# left of them.
# fs: ext4
# cgroups: own
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
. "$tests/zone/runtime.bash"
make_zone_a
zoneadm_rc 0 -z a install
before=a
for name in cgroup.procs tasks; do
	zonecfg -z "$before" "set zonename=$name"
	zoneadm_rc 0 -z "$name" boot
	zlogin "$name" hostname
	said_only "${name//./-}"
	grep -qx "cgroup=.*/zones/_$name" "/run/zones/$name.live"
	zoneadm_rc 0 -z "$name" halt
	is "$(find /sys/fs/cgroup -type d -path "*/zones/*$name*")" ''
	nothing_left "$name"
	before=$name
done
