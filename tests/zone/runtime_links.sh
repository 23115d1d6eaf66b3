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
# Other tests have terminals, loop devices and, platform_boot, a device of its own.
host() {
	find "$victim" /etc /dev -path /etc/zones -prune -o -path /dev/shm -prune -o \
		-path /dev/pts -prune -o -path '/dev/loop*' -prune -o -path '/dev/zt-*' -prune -o \
		-printf '%p %y %m %U %l\n' | sort
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

# harmless WHAT: it boots, or says why not, and is halted.
harmless() {
	local rc=0
	timeout -k 5 "${ZONE_TIMEOUT:-60}" "$ZONEADM" -z a boot >out 2>err || rc=$?
	[ "$rc" -lt 2 ] || fail "$1: status $rc: $(cat err)"
	[ "$rc" = 0 ] || [ -s err ] || fail "$1: refused without a word"
	zoneadm_rc 0 -z a halt
	is "$(host)" "$before"
	nothing_left a
	is_state a installed
}
for name in etc var; do
	for target in "$victim" ..; do
		mv "$root/$name" "$place/kept"
		ln -s "$target" "$root/$name"
		harmless "$name -> $target"
		rm "$root/$name"
		mv "$place/kept" "$root/$name"
	done
done
# Nor does anything wait for the other end of a fifo.
for name in etc/machine-id etc/hostname etc/shadow etc/resolv.conf etc/sysidcfg; do
	[ ! -e "$root/$name" ] || mv "$root/$name" "$place/kept"
	ln -s "$victim/${name##*/}" "$root/$name"
	harmless "$name, a link"
	rm -f "$root/$name"
	mkfifo "$root/$name"
	harmless "$name, a fifo"
	rm -rf "${root:?}/$name"
	[ ! -e "$place/kept" ] || mv "$place/kept" "$root/$name"
done
mkfifo "$root/etc/machine-id.fifo"
mv "$root/etc/machine-id.fifo" "$root/etc/machine-id"
unharmed '/etc/machine-id of the zone is no regular file'
echo uninitialized >"$root/etc/new"
mv "$root/etc/new" "$root/etc/machine-id"
truncate -s 10G "$root/etc/sysidcfg"
harmless 'a huge sysidcfg'
