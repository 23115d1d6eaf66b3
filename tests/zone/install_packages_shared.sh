# zoneadm install: directories that a zone has by lofs are read-only while packages are configured,
# whatever it may do with them when it runs; packages that want to write there are warned of.
# fs: tmpfs
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
mkdir -p "$work/cache/debconf"
echo host >"$work/cache/debconf/config.dat"
make_zone_a "add fs; set dir=/var/cache; set special=$work/cache; set type=lofs; end"
before=$(find "$work/cache" -printf '%P %s %T@\n' | sort)
zoneadm_rc 0 -z a install
installed
is "$(find "$work/cache" -printf '%P %s %T@\n' | sort)" "$before"
is "$(names_in "$place/a/root/var/cache")" ''
said 'Installation of these packages generated warnings: '
nothing_mounted "$place/a"
