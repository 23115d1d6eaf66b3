# A zone with users of its own: ids inside, on the host and on disk; zlogin; what is mounted and what
# is inherited; and a sparse zone, whose inherited directory has a link to a place that is writable.
# fs: ext4 btrfs
# cgroups: own
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
. "$tests/zone/runtime.bash"
# What is inherited, as on the host of the story: /opt/tool, with files that every zone has its own.
mkdir -p "$work/opt/tool" "$work/share"
mount --bind "$work/opt" /opt
echo of-host | tee /opt/tool/program >"$work/share/file"
ln -s /var/opt/tool/etc /opt/tool/etc
printf 'system_locale=C.UTF-8\ntimezone=UTC\nroot_password=*\n' >answers
make_zone_a "add attr; set name=private-users; set type=boolean; set value=true; end
	add inherit-pkg-dir; set dir=/opt; end
	add inherit-pkg-dir; set dir=/usr; end
	add fs; set dir=/mnt/share; set special=$work/share; set type=lofs; end
	add fs; set dir=/mnt/tmp; set special=any; set type=tmpfs; end"
zoneadm_rc 0 -z a install --sysidcfg answers
root=$place/a/root
is "$(ls -A "$root/usr" "$root/opt" | grep -v :)" ''
zoneadm_rc 0 -z a boot
wait_booted a

# ---- ids ----
zlogin a cat /proc/self/uid_map
read -r inside outside count <out
is "$inside $count" '0 65536'
[ "$outside" -ge 65536 ] || fail "the zone's root is $outside on the host"
"$ZLOGIN" a sleep 1000 </dev/null &
find_sleep() {
	pid=$(pgrep -x -U "$outside" sleep)
}
wait_for find_sleep
is "$(stat -c %u:%g "/proc/$pid")" "$outside:$outside"
kill "$pid"
wait $! || true
zlogin a sh -c 'id -u; stat -c %U / /etc/passwd /opt/tool/program /mnt/share/file | sort -u'
said_only $'0\nroot'
zlogin a sh -c 'touch /root/made /mnt/share/made; mkdir /home/bob; chown 1000:1001 /home/bob'
is "$(stat -c %u:%g "$root/root/made" "$work/share/made" "$root/home/bob")" \
	$'0:0\n0:0\n1000:1001'
is "$(find "$root" -uid +65535 -print -quit)" ''
# Settings of the kernel are the host's.
setting=$(cat /proc/sys/kernel/core_pattern)
zlogin_rc 2 a sh -c 'mount -o remount,bind,rw /proc/sys; echo zt >/proc/sys/kernel/core_pattern'
is "$(cat /proc/sys/kernel/core_pattern)" "$setting"

# ---- the inherited directory ----
zlogin a cat /opt/tool/program
said_only of-host
zlogin_rc 1 a touch /opt/tool/new
erred 'Read-only file system'
zlogin a sh -c 'mkdir -p /var/opt/tool/etc && echo mine >/opt/tool/etc/config'
is "$(cat "$root/var/opt/tool/etc/config")" mine
is "$(ls /opt/tool)" $'etc\nprogram'
# What the host adds is there at once.
echo more >/opt/tool/more
zlogin a cat /opt/tool/more
said_only more

zoneadm_rc 0 -z a shutdown
nothing_left a
# Its ids are others at each boot, its files the same; also without users of its own.
zonecfg_rc 0 -z a 'select attr name=private-users; set value=false; end'
zoneadm_rc 0 -z a boot
wait_booted a
zlogin a sh -c 'cat /opt/tool/etc/config; stat -c %U:%u /root/made /home/bob'
said_only $'mine\nroot:0\nUNKNOWN:1000'
zoneadm_rc 0 -z a halt
nothing_left a
