# A zone whose root has made links that lead out, or fifos, where the engine looks: it is refused, and
# nothing of the host's changes.
# fs: ext4
# cgroups: own
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
. "$tests/zone/runtime.bash"
victim=$work/victim
mkdir -p "$victim"/{systemd,log,pts,net}
echo of-host | tee "$victim"/{shadow,passwd,hostname,machine-id,null,sysidcfg} >/dev/null
printf 'system_locale=C.UTF-8\ntimezone=UTC\nroot_password=*\n' >answers
make_zone_a
zoneadm_rc 0 -z a install --sysidcfg answers
root=$place/a/root
host() {
	find "$victim" /etc /dev -path /etc/zones -prune -o -path /dev/shm -prune -o \
		-path /dev/pts -prune -o -printf '%p %y %m %U %l\n' | sort
	find "$victim" -type f -exec md5sum {} +
}
before=$(host)
# unharmed TEXT: it does not boot, as the text says.
unharmed() {
	zoneadm_rc 1 -z a boot
	erred "$1"
	zoneadm_rc 0 -z a halt
	is "$(host)" "$before"
	nothing_left a
	is_state a installed
}
for name in dev proc sys run; do
	for target in "$victim" ..; do
		[ ! -e "$root/$name" ] || mv "$root/$name" "$place/kept"
		ln -s "$target" "$root/$name"
		unharmed 'is no directory'
		rm -rf "${root:?}/$name"
		[ ! -e "$place/kept" ] || mv "$place/kept" "$root/$name"
	done
done

# Nor does anything wait for the other end of a fifo.
rm "$root/etc/machine-id"
mkfifo "$root/etc/machine-id"
unharmed '/etc/machine-id of the zone is no regular file'
rm "$root/etc/machine-id"
