# What a zone may use, open and write, as it is seen from inside: limits, devices, capabilities,
# and what of the host's is read-only, whatever the zone's root does.
# fs: ext4
# cgroups: own
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
. "$tests/zone/runtime.bash"
need_cmd losetup mkfs.ext4
# What the zone inherits is a directory of this test's own, at a place of the host's.
mkdir -p "$work/opt" "$work/host"
mount --bind "$work/opt" /opt
echo of-host | tee /opt/file >"$work/host/file"
truncate -s 32M "$D/disk"
mkfs.ext4 -q "$D/disk"
device=$(losetup --show -f "$D/disk")
clean_host() {
	losetup -d "$device"
}
trap clean_host EXIT
printf 'system_locale=C.UTF-8\ntimezone=UTC\nroot_password=*\n' >answers
make_zone_a "set max-processes=150; set cpu-shares=3
	add capped-memory; set physical=256M; end
	add capped-cpu; set ncpus=0.5; end
	add rctl; set name=process.max-file-descriptor
	add value (priv=basic,limit=300,action=deny)
	add value (priv=privileged,limit=400,action=deny); end
	add inherit-pkg-dir; set dir=/opt; end
	add fs; set dir=/mnt/ro; set special=$work/host; set type=lofs; set options=[ro]; end
	add fs; set dir=/mnt/disk; set special=$device; set type=ext4; end
	add fs; set dir=/mnt/tmp; set special=any; set type=tmpfs; set options=[size=1m]; end"
zoneadm_rc 0 -z a install --sysidcfg answers

# inside STATUS COMMAND: of the zone's shell.
inside() { zlogin_rc "$1" a sh -c "$2"; }
# limited NAME: it is, as nothing else was said at boot.
limited() {
	! grep -q "$1.*boots without this limit" booted || return 1
}
boot() {
	zoneadm_rc 0 -z a boot
	cp err booted
	wait_booted a
}

boot
# ---- limits ----
# What cgroup2 has here for zones the zone's init can limit its services with.
zlogin a sh -c 'cat /sys/fs/cgroup/cgroup.controllers /sys/fs/cgroup/unified/cgroup.controllers 2>&-; :'
said_only "$(cat "$(find /sys/fs/cgroup -path '*/zones/cgroup.controllers')")"
if limited capped-memory; then
	inside 0 'tail /dev/zero; echo $?'
	said_only 137
	inside 0 'head -c 100m /dev/zero | tail | wc -c'
	said_only 104857600
fi
if limited max-processes; then
	inside 2 'for n in $(seq 300); do sleep 100 & done'
	erred 'Cannot fork'
	zlogin a pkill -KILL -x sleep
	sleepers_gone() { ! "$ZLOGIN" a pgrep -x sleep </dev/null >out; }
	wait_for sleepers_gone
fi
if limited capped-cpu; then
	inside 0 'timeout 2 sh -c "while :; do :; done"; times'
	# Of two seconds on a CPU, half: minutes, seconds, of children.
	[[ $(tail -n 1 out) == 0m[01].* ]] || fail "it had $(tail -n 1 out)"
fi
if limited cpu-shares; then
	shares=$(cat /sys/fs/cgroup{,/cpu}/zones/a/cpu.{weight,shares} 2>/dev/null || true)
	[ "$shares" = 300 ] || is "$shares" 3072
fi
inside 0 'ulimit -n; ulimit -Hn'
said_only $'300\n400'

# ---- what is read-only stays so ----
for point in /opt /mnt/ro; do
	zlogin a cat "$point/file"
	said_only of-host
	zlogin_rc 1 a touch "$point/new"
	for options in remount,bind,rw remount,rw; do
		zlogin_rc 32 a mount -o "$options" "$point"
	done
	inside 1 "mkdir -p /run/again; mount --rbind $point /run/again
		mount -o remount,bind,rw /run/again; touch /run/again/new"
	zlogin_rc 1 a sh -c "unshare -m sh -c 'mount -o remount,bind,rw $point; touch $point/new'"
	inside 0 'umount -R /run/again'
done
is "$(ls /opt) $(ls "$work/host")" 'file file'
# Others are not.
inside 0 'echo x >/mnt/disk/x && echo x >/mnt/tmp/x && stat -fc %T /mnt/tmp'
said_only tmpfs
inside 1 'head -c 2m /dev/zero >/mnt/tmp/much'
# Nor are there any more devices, by making them or by mounting them.
inside 1 'mknod /root/disk b 7 0'
inside 32 'mount -t devtmpfs any /mnt'
inside 32 'mount -t debugfs any /mnt'
# Users are those of the host, also high ones.
inside 0 'touch /root/high; chown 300000000:4000000000 /root/high; stat -c %u:%g /root/high'
said_only 300000000:4000000000
is "$(stat -c %u:%g "$place/a/root/root/high")" 300000000:4000000000
zoneadm_rc 0 -z a halt
nothing_left a

# ---- without a user namespace ----
zonecfg_rc 0 -z a "remove capped-cpu; clear cpu-shares; add dedicated-cpu; set ncpus=1; end; remove -F rctl
	remove fs dir=/mnt/ro; remove fs dir=/mnt/disk; set limitpriv=default,!cap_net_raw,cap_sys_time
	add attr; set name=private-users; set type=boolean; set value=false; end
	add device; set match=$device; end"
boot
if ! grep -q 'without CPUs of its own' booted; then
	zlogin a nproc
	said_only 1
fi
inside 0 'grep -h CapBnd /proc/self/status /proc/1/status | sort -u | cut -f 2'
bounds=$(cat out)
is $((0x$bounds >> 13 & 1)) 0 # CAP_NET_RAW
is $((0x$bounds >> 25 & 1)) 1 # CAP_SYS_TIME
is $((0x$bounds >> 16 & 1)) 0 # CAP_SYS_MODULE
# The device that is configured is there, also under another name; no other one is.
inside 0 "head -c 2048 $device | tail -c 1024 | od -An -tx2 -j 56 -N 2"
said_only ' ef53'
inside 0 "mknod /root/mine b 7 $(stat -c '0x%T' "$device"); head -c 1 /root/mine | wc -c"
# The root has no devices: it is one below /dev.
said_only 0
inside 0 "mknod /dev/mine b 7 $((0x$(stat -c %T "$device"))); head -c 1 /dev/mine | wc -c"
said_only 1
other=$((0x$(stat -c %T "$device") + 1))
inside 1 "mknod /dev/other b 7 $other"
inside 1 'mknod /dev/mem c 1 1'
inside 0 'mount -t devtmpfs any /mnt'
for node in /mnt/loop-control /mnt/kmsg /mnt/fuse; do
	[ -e "/dev/${node##*/}" ] || continue
	inside 2 ": <$node"
	erred 'Operation not permitted'
done
zoneadm_rc 0 -z a halt
nothing_left a
