# What a zone's init finds, in a real boot under systemd-nspawn without a supervisor: mounts, their
# options and ids, capabilities, limits, devices, files; and that nothing of ours is left or leaks.
# fs: tmpfs
# cgroups: own
# shellcheck disable=SC2016
. "$tests/zone/lib.sh"
. "$tests/zone/runtime.bash"
driver=$FAULT_HELPERS/platform_driver
[ -x "$driver" ] || fail "$driver is not built"
need_cmd capsh setpriv
zones=$D/zones root=$D/zones/a/root
mkdir -p -m 755 "$zones"
outside=() zone=a pid='' id=10 device='' node=/dev/zt-$RANDOM$RANDOM
clean_host() {
	local status=$?
	[ "$status" = 0 ] || cat "$work/said" || true
	[ -z "$device" ] || losetup -d "$device"
	rm -f "$node"
}
trap clean_host EXIT

copy_etc
# One zone of the host's packages; the tests change what it is configured to be.
zonecfg -z a "create; set zonepath=$zones/a; add attr; set name=private-users; set type=boolean
	set value=false; end"
zoneadm_rc 0 -z a install
# They ask nobody anything: it is no first boot.
tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"

# boot SHIFT [ARGUMENT...]: as far as its init says that all is started.
boot() {
	id=$((id + 1))
	rm -f "$work/orders"
	mkfifo "$work/orders"
	"${outside[@]}" "$driver" boot "$zone" "$id" "$1" "$work/console" "${@:2}" <"$work/orders" >"$work/life" \
		2>"$work/said" &
	pid=$!
	exec 9>"$work/orders"
	wait_for grep -qx ready "$work/life"
	[ -z "$(ls -A "$root/dev")" ] || fail 'something of the platform is seen on the host'
	echo boot >&9
	wait_for grep -q '^init ' "$work/life"
	init=$(sed -n 's/^init //p' "$work/life")
	wait_for inside sh -c 'systemctl is-system-running | grep -Eqx "running|degraded|maintenance"'
}
inside() {
	nsenter -t "$init" -a "$@" >"$work/out" 2>"$work/err" </dev/null
}
# told COMMAND...: what it prints in the zone.
told() {
	inside "$@" || fail "$* in the zone: $(cat "$work/err")"
	cat "$work/out"
}
# ends ORDER STATUS: and nothing is left.
ends() {
	echo "$1" >&9
	exec 9>&-
	wait "$pid" || fail "the driver has failed: $(cat "$work/said")"
	is "$(sed -n 's/^status //p' "$work/life")" "$2"
	is "$(find /run/systemd/nspawn -mindepth 2)" ''
	is "$(find /sys/fs/cgroup -path "*/zones/$zone*")" ''
	is "$(grep -c "zones/$zone.d" /proc/self/mountinfo || true)" 0
	rm -r "/run/zones/$zone.d"
}
options_of() { told findmnt -rno VFS-OPTIONS "$1"; }
# fails TEXT: the platform cannot be made.
fails() {
	: >"$work/life"
	if "$driver" boot a 99 "${2-0}" "$work/console" </dev/null >"$work/life" 2>"$work/err"; then
		is "$(cat "$work/life")" 'status 1'
	fi
	erred "$1"
	rm -r /run/zones/a.d
}

# ---- as it is ----
boot 0
is "$(told hostname)" a
is "$(told cat /run/host/zonetool)" $'zonename=a\nip-type=shared'
inside sh -c ': >>/run/host/zonetool' && fail 'the zone can write what it is told'
is "$(told stat -c '%U %a' /run/host/zonetool)" 'root 444'
[[ ,$(options_of /), == *,nodev,* ]] || fail 'the root has devices'
# Of fds, init has what the engine gives it; of capabilities what is configured.
is "$(find "/proc/$init/fd" -lname '/dev/ptmx')" ''
is "$(find "/proc/$init/fd" -lname "$D/*")" ''
caps=$(capsh --decode="$(sed -n 's/^CapBnd:\t//p' "/proc/$init/status")")
[[ $caps == *cap_sys_admin* && $caps == *cap_net_admin* && $caps != *cap_sys_module* ]] ||
	fail "capabilities: $caps"
is "$(told ls /sys/class/net)" lo
is "$(tr '\0' '\n' <"/proc/$init/environ" | grep -c ZONE || true)" 0
ends poweroff 0
# A host in a chroot: who enters the zone's mount namespace is in the zone all the same.
mkdir "$work/host"
mount --rbind / "$work/host"
outside=(chroot "$work/host")
boot 0 single
outside=()
is "$(told systemctl is-active rescue.target)" active
is "$(told nsenter --mount=/proc/1/ns/mnt cat /run/host/zonetool)" $'zonename=a\nip-type=shared'
ends reboot 133
umount -l "$work/host"

# ---- all that can be mounted ----
mkdir -p "$work"/{share,deep/below,once,sub} "$root/srv/kept"
touch "$work/share/of-host" "$work/deep/below/hidden" "$work/once/file"
mount -t tmpfs tmpfs "$work/deep/below"
touch "$work/deep/below/seen"
mknod "$work/share/node" c 1 3
fallocate -l 32M "$work/disk"
mkfs.ext4 -q "$work/disk"
device=$(losetup --show -f "$work/disk")
mknod "$node" c 1 5
zonecfg -z a "set limitpriv=default,!cap_mknod,cap_sys_time
	set machine-id=0123456789abcdef0123456789abcdef
	add rctl; set name=process.max-stack-size
	add value (priv=basic,limit=4M,action=deny)
	add value (priv=privileged,limit=8M,action=deny); end
	add device; set match=$node; end
	add fs; set dir=/mnt/share; set special=$work/share; set type=lofs; set options=[ro,nosuid]; end
	add fs; set dir=/mnt/deep; set special=$work/deep; set type=lofs; set options=[rbind,noexec]; end
	add fs; set dir=/mnt/flat; set special=$work/deep; set type=lofs; end
	add fs; set dir=/mnt/disk; set special=$device; set raw=$device; set type=ext4
	set options=[noatime]; end
	add fs; set dir=/mnt/disk/in/it; set special=any; set type=tmpfs; set options=[size=1m]; end
	add fs; set dir=/mnt/file; set special=$work/once/file; set type=lofs; end"
for shift in 0 655360000; do
	boot "$shift"
	is "$(told cat /etc/machine-id)" 0123456789abcdef0123456789abcdef
	grep -Eq '^Max stack size +4194304 +8388608 ' "/proc/$init/limits" ||
		fail "$(cat "/proc/$init/limits")"
	caps=$(capsh --decode="$(sed -n 's/^CapBnd:\t//p' "/proc/$init/status")")
	[[ $caps == *cap_sys_time* && $caps != *cap_mknod* ]] || fail "capabilities: $caps"
	is "$(options_of /mnt/share | tr , '\n' | grep -Ex 'ro|nosuid|nodev' | sort | paste -sd,)" \
		nodev,nosuid,ro
	inside touch /mnt/share/x && fail 'what is read-only is written'
	is "$(told stat -c %U /mnt/share/of-host /etc/passwd | sort -u)" root
	told ls /mnt/deep/below/seen >/dev/null
	told ls /mnt/flat/below/hidden >/dev/null
	[[ ,$(options_of /mnt/deep/below), == *,noexec,* ]] || fail 'an option does not go down'
	inside dd if=/mnt/share/node of=/mnt/deep/x count=1 && fail 'a device of a share opens'
	told sh -c 'echo written >/mnt/file; echo x >/mnt/disk/x; touch /home/new' >/dev/null
	is "$(cat "$work/once/file")" written
	# What the zone's root makes is root's on the host.
	is "$(stat -c %u "$root/home/new" "$root/mnt/file" "$root/mnt/disk")" $'0\n0\n0'
	is "$(told findmnt -rno FSTYPE,SOURCE /mnt/disk)" "ext4 $device"
	is "$(told findmnt -rno FSTYPE /mnt/disk/in/it)" tmpfs
	is "$(told stat -c '%t %T %U' "$node")" '1 5 root'
	# It is a node of its own.
	told chmod 600 "$node" >/dev/null
	is "$(told sh -c "head -c 3 $node | wc -c")" 3
	is "$(stat -c %a "$node")" 644
	is "$(findmnt -rno TARGET "$device" || true)" ''
	if [ "$shift" = 0 ]; then
		ends poweroff 0
	else
		is "$(awk '{print $2}' "/proc/$init/uid_map")" "$shift"
		inside mount -o remount,bind,rw /mnt/share && fail 'read-only can be undone'
		ends kill 137
	fi
done

# ---- a zone that does not want to be mounted in ----
rm -r "$root/mnt/share"
ln -s "$work/once" "$root/mnt/share" # absolute, to where it is on the host
fails "fs /mnt/share: cannot make its mount point /mnt/share in the zone: No such file"
ln -sfn ../../../../../srv/there "$root/mnt/share"
mkdir "$root/srv/there"
boot 0
told ls /srv/there/of-host >/dev/null
ends poweroff 0
rm "$root/mnt/share" "$root/mnt/file"
mkdir "$root/mnt/file"
fails 'its mount point /mnt/file in the zone is a directory, and it is a file: remove it'
rmdir "$root/mnt/file"
mount --bind "$work/once" "$root/srv/kept"
fails "the host has mounted $root/srv/kept (tmpfs) in the zone's root: unmount it"
umount "$root/srv/kept"
dd if=/dev/urandom of="$device" bs=1M count=2 conv=fsync status=none
fails "fs /mnt/disk: $device is damaged, as fsck(8) says"
# What cannot be mapped is named.
zonecfg -z a "remove -F fs; add fs; set dir=/mnt/proc; set special=any; set type=ramfs; end"
fails 'fs /mnt/proc: the file system of /run/zones/a.d/mount (ramfs) cannot show the ids' 655360000
zonecfg -z a 'remove -F fs; add fs; set dir=/mnt/none; set special=/nowhere; set type=lofs; end'
fails 'fs /mnt/none: /nowhere of the host: No such file'

# ---- a sparse zone ----
zone=b
zonecfg -z b "create; set zonepath=$zones/b; add inherit-pkg-dir; set dir=/usr; end
	add inherit-pkg-dir; set dir=/opt; end"
zoneadm_rc 0 -z b install
cp "$root/etc/machine-id" "$zones/b/root/etc/machine-id"
is "$(ls -A "$zones/b/root/usr")" ''
for shift in 0 655360000; do
	boot "$shift"
	is "$(told stat -c '%U %F' /usr/bin/env)" 'root regular file'
	[[ ,$(options_of /usr), == *,ro,* ]] || fail 'what is inherited is writable'
	inside touch /usr/x && fail 'what is inherited is written'
	told touch /etc/x >/dev/null
	ends poweroff 0
done
is "$(stat -c %u "$zones/b/root/etc/x")" 0
