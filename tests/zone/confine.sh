# What a zone's processes may use: control groups with limits, devices, privileges, and entering a
# zone that runs, seen with the kernel's own files.
# fs: tmpfs
# cgroups: own
# shellcheck disable=SC2016
. "$tests/zone/lib.sh"
driver=$FAULT_HELPERS/confine_driver
[ -x "$driver" ] || fail "$driver is not built"
need_cmd findmnt setfattr setpriv systemd-nspawn taskset
a=confine-a b=confine-b path=''
unified=$(findmnt -rnt cgroup2 -o TARGET | head -n 1)
[ -n "$unified" ] || skip 'no cgroup2 is mounted'
drive() {
	local want=$1
	shift
	ran "$want" "$driver" "$@"
}
make_group() {
	drive 0 make "$@"
	path=$(cat "$work/out")
	[ -d "$path" ] || fail "no group $path"
}
# v1 CONTROLLER: where its hierarchy of version 1 is mounted, if it is.
v1() {
	findmnt -rnt cgroup -O "$1" -o TARGET | head -n 1
}
# limit CONTROLLER FILE V1-FILE: what the zone a has there.
limit() {
	if grep -qw "$1" "$unified/cgroup.controllers"; then
		cat "$path/$2"
	else
		cat "$(v1 "$1")/zones/$a/$3"
	fi
}
has() {
	grep -qw "$1" "$unified/cgroup.controllers" || [ -n "$(v1 "$1")" ]
}

# ---- limits ----
zonecfg -z "$a" "create; set zonepath=/zones/a; set max-processes=100; set cpu-shares=3
	add capped-cpu; set ncpus=0.5; end; add capped-memory; set physical=64M; end"
make_group "$a" 0
if has pids && has memory && has cpu; then
	silent
	is "$(limit pids pids.max pids.max)" 100
	is "$(limit memory memory.max memory.limit_in_bytes)" 67108864
	case $(limit cpu cpu.max cpu.cfs_quota_us) in
	'50000 100000' | 50000) ;;
	*) fail 'the quota is another' ;;
	esac
	# As seen by processes: more memory than that is not to be had, nor more processes.
	drive 0 join "$path" sh -c 'python3 -c "bytearray(200 << 20)"; echo $?'
	said_only 137
	drive 0 join "$path" python3 -c '
import os, signal
pids = []
try:
    for i in range(150):
        pids.append(os.fork())
        if pids[-1] == 0:
            signal.pause()
except BlockingIOError:
    print(len(pids) + 1)
for pid in pids:
    os.kill(pid, signal.SIGKILL)'
	# timeout(1) is not in it.
	said_only 100
fi
is "$(cat "$path/cgroup.max.depth")" 64

# A group with processes is found as it is; an empty one is made anew.
drive 0 join "$path" sh -c 'sleep 1000 >/dev/null 2>&1 &'
drive 0 populated "$path"
said_only 1
mkdir "$path/below"
make_group "$a" 0
[ -d "$path/below" ] || fail 'a group in use was made anew'

# ---- killing and removing ----
drive 1 remove "$path"
erred "cannot remove the control group $path: Device or resource busy; process "
erred '(sleep) is in it'
"$driver" watch "$path" &
watcher=$!
drive 0 kill "$path"
wait "$watcher" || fail 'the end was not seen'
mkdir -p "$path"/below/{1,2/3}/4
drive 0 remove "$path"
[ ! -e "$path" ] || fail 'the group is still there'
for hierarchy in $(findmnt -rnt cgroup -o TARGET); do
	[ ! -e "$hierarchy/zones/$a" ] || fail "$hierarchy has a group still"
done
drive 0 remove "$path"
drive 0 populated "$path"
said_only 0

# Without cgroup.kill, one by one, in groups below, too.
make_group "$a" 0
mkdir "$path/below"
drive 0 join "$path/below" sh -c 'for i in 1 2 3; do setsid sleep 1000 >/dev/null 2>&1 & done'
mount --bind "$path/cgroup.type" "$path/cgroup.kill"
mount -o remount,bind,ro "$path/cgroup.kill"
drive 0 kill "$path"
is "$(cat "$path/below/cgroup.procs")" ''
umount "$path/cgroup.kill"
drive 0 remove "$path"

# ---- devices ----
# What root in the group can open, of a devtmpfs that it has mounted.
mkdir "$work/dev"
mount -t devtmpfs devtmpfs "$work/dev"
refused=()
for device in loop-control kmsg console tty0 net/tun fuse mem; do
	[ ! -e "$work/dev/$device" ] || refused+=("$device")
done
opens() { drive "$1" join "$path" sh -c 'exec 3<"$1"' sh "$work/dev/$2"; }
devices_hold() {
	for device in null zero full random urandom; do opens 0 "$device"; done
	for device in "${refused[@]}"; do
		opens 2 "$device"
		erred 'Operation not permitted'
	done
	drive 1 join "$path" mknod "$work/node" b 7 0
	drive 0 join "$path" mknod "$work/node" c 1 3
	rm "$work/node"
}
zonecfg -z "$b" 'create; set zonepath=/zones/b'
for without in '' --no-bpf; do
	[ -z "$without" ] || [ -n "$(v1 devices)" ] || continue
	# shellcheck disable=SC2086
	drive 0 $without make "$b" 0
	path=$(cat "$work/out")
	devices_hold
	drive 0 remove "$path"
done
# One that is configured, and only that.
zonecfg -z "$b" 'add device; set match=/dev/loop-contro?; end'
make_group "$b" 0
opens 0 loop-control
refused=(kmsg)
devices_hold
drive 0 remove "$path"

# ---- CPUs ----

if has cpuset && [ "$(nproc)" -gt 1 ]; then
	zonecfg -z "$a" 'clear cpu-shares; remove capped-cpu; remove capped-memory
		add dedicated-cpu; set ncpus=1; end'
	zonecfg -z "$b" 'add dedicated-cpu; set ncpus=1; end'
	make_group "$a" 0
	drive 0 join "$path" sh -c 'taskset -pc $$'
	first=$(sed 's/.*: //' "$work/out")
	make_group "$b" 0
	drive 0 join "$path" sh -c 'taskset -pc $$'
	second=$(sed 's/.*: //' "$work/out")
	[[ $first =~ ^[0-9]+$ && $second =~ ^[0-9]+$ && $first != "$second" ]] ||
		fail "not one CPU each: $first, $second"
	drive 0 remove "$path"
	# All others are not there for it.
	zonecfg -z "$b" "select dedicated-cpu; set ncpus=$(nproc)-8192; end"
	drive 1 make "$b" 0
	erred "dedicated-cpu: ncpus must be at most $(($(nproc) - 1)) now"
	[ ! -e "$path" ] || fail 'the group was left behind'
	drive 0 remove "${path%/*}/$a"
	zonecfg -z "$b" 'remove dedicated-cpu'
	zonecfg -z "$a" 'remove dedicated-cpu; add capped-memory; set physical=64M; end'
fi

# ---- where less is mounted ----
cat >"$work/beside" <<'END'
for mount in $(findmnt -rnt cgroup -o TARGET); do umount "$mount"; done
"$@"
END
# Where neither policy is to be had, a zone needs a user namespace.
ran 1 unshare -m bash "$work/beside" "$driver" --no-bpf make "$b" 0
erred "zone $b cannot be kept from the devices of this host"
erred 'private-users'
[ ! -e "$unified/zones/$b" ] || fail 'the group was left behind'
ran 0 unshare -m bash "$work/beside" "$driver" --no-bpf make "$b" 65536
drive 0 remove "$unified/zones/$b"

# Limits that cannot be had.
if ! grep -qw memory "$unified/cgroup.controllers"; then
	ran 0 unshare -m bash "$work/beside" "$driver" make "$a" 0
	erred 'capped-memory: physical=64M: the zone boots without this limit: this host has no'
	drive 0 remove "$unified/zones/$a"
fi

# No cgroup2 that could be used: in a mount namespace of its own, for that to go with it.
cat >"$work/none" <<'END'
umount "$2" && path=$("$1" make "$3" 0 2>/dev/null) && [ "$path" = "/run/zones/cgroup/zones/$3" ] &&
	"$1" populated "$path" && stat -c %a /run/zones/cgroup && "$1" remove "$path" &&
	"$1" make "$3" 0 2>/dev/null && "$1" remove "$path"
END
ran 0 unshare -m sh "$work/none" "$driver" "$unified" "$b"
is "$(sed -n '1p;3p' "$work/out")" "0
/run/zones/cgroup/zones/$b"

# ---- below a group of systemd's, beside that of the supervisor ----
mkdir -p "$unified/$a"/{supervisor,zone-groups.service}
setfattr -n trusted.delegate -v 1 "$unified/$a/zone-groups.service"
drive 0 join "$unified/$a/supervisor" "$driver" make "$b" 0
is "$(tail -n 1 "$work/out")" "$unified/$a/zone-groups.service/$b"
drive 0 remove "$unified/$a/zone-groups.service/$b"
rmdir "$unified/$a"/{supervisor,zone-groups.service} "$unified/$a"
# In version 1, what is above the unit is systemd's.
find "$(dirname "$unified")" -maxdepth 2 -name "$a" -exec rmdir {} +
is "$(find "$(dirname "$unified")" -maxdepth 2 -name "$a")" ''

# ---- privileges ----
privileges() { drive 0 drop "$1" sh -c "$2"; }
privileges "$b" 'grep -E "^Cap(Bnd|Eff|Prm|Inh|Amb)|^NoNewPrivs|^Seccomp:" /proc/self/status'
said "CapPrm:	$(sed -n 's/^CapBnd:	//p' "$work/out")"
said 'CapInh:	0000000000000000'
said 'CapAmb:	0000000000000000'
said 'NoNewPrivs:	0'
said 'Seccomp:	2'
privileges "$b" 'setpriv --dump'
grep -q 'Capability bounding set:.*sys_admin' "$work/out" || fail 'no cap_sys_admin'
for missing in sys_module sys_rawio sys_time syslog bpf mac_admin; do
	! grep -q "Capability bounding set:.*\<$missing\>" "$work/out" || fail "cap_$missing"
done
zonecfg -z "$b" 'set limitpriv=default,!cap_mknod,cap_sys_time
	add rctl; set name=process.max-file-descriptor
	add value (priv=privileged,limit=1K,action=deny)
	add value (priv=basic,limit=500,action=deny); end'
privileges "$b" 'setpriv --dump; ulimit -Sn; ulimit -Hn'
grep -q 'Capability bounding set:.*sys_time' "$work/out" || fail 'cap_sys_time was not added'
! grep -q 'Capability bounding set:.*mknod' "$work/out" || fail 'cap_mknod was not taken away'
is "$(tail -n 2 "$work/out")" "500
1024"
# Some of the calls, with arguments that would fail otherwise, or do nothing.
drive 0 drop "$b" python3 -c '
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
def refused(*arguments):
    ctypes.set_errno(0)
    assert libc.syscall(*arguments) == -1 and ctypes.get_errno() == errno.EPERM, arguments
if os.uname().machine == "x86_64":
    for call in (321, 246, 304, 250, 103, 175, 298, 323):
        refused(call, -1, None, 0, 0, 0, 0)
    # The same call as a program of x32 would make it.
    refused(0x40000000 + 321, -1, None, 0)
assert libc.syscall(-1) == -1'

# ---- entering ----
root=$work/root
mkdir -p "$root"/{usr,etc,proc,sys,dev,run,tmp,root}
for link in bin lib lib64 sbin; do ln -s usr/$link "$root/$link"; done
touch "$root/etc/os-release"
umount "$work/dev"
# The init, a sleep(1), which is in no group but its own.
started() {
	init=$(for group in "$path"/payload "$path"/payload/*/; do
		xargs -rn1 2>/dev/null <"$group/cgroup.procs"
	done | head -n 1)
	[ -n "$init" ] && [ "$(cat "/proc/$init/comm")" = sleep ]
}
ended() { ! grep -qs '^State:.[^ZX]' "/proc/$init/status"; }
for users in no 1048576; do
	make_group "$b" 0
	"$driver" join "$path" systemd-nspawn -q --console=pipe --register=no --keep-unit \
		--private-network --private-users="$users" --bind-ro=/usr -D "$root" \
		/bin/sleep 1000 </dev/null >"$work/nspawn" 2>&1 &
	wait_for started
	drive 7 enter "$b" "$path" "$init" bash -c 'exit 7'
	drive 0 enter "$b" "$path" "$init" bash -c 'for ns in mnt pid net ipc uts cgroup user; do
			readlink /proc/self/ns/$ns; done; echo "$UID:${GROUPS[*]}:$(umask):$PWD"
		grep CapBnd /proc/self/status; ulimit -Sn; ls -d /home 2>&1
		set -- /proc/[0-9]*; echo processes $# fds $(echo /proc/$$/fd/*)' 7</dev/null
	for ns in mnt pid net ipc uts cgroup user; do said "$(readlink "/proc/$init/ns/$ns")"; done
	said '0:0:0022:/'
	# What init can have, but for what the configuration takes away: cap_mknod.
	mask=$(sed -n 's/^CapBnd:[[:space:]]*//p' "/proc/$init/status")
	said "CapBnd:	$(printf %016x $((0x$mask & ~(1 << 27))))"
	said 500
	said "cannot access '/home'"
	said 'processes 2 fds /proc/'
	[[ $(cat "$work/out") != *fd/7* ]] || fail 'an fd of the host is open in the zone'
	# In the groups of init, not in those above.
	drive 0 enter "$b" "$path" "$init" grep ^0:: /proc/1/cgroup /proc/self/cgroup
	is "$(sed 's/.*:0:/0:/' "$work/out" | sort -u | wc -l)" 1
	drive 0 kill "$path"
	wait
	wait_for ended
	drive 1 enter "$b" "$path" "$init" true
	drive 0 remove "$path"
	is "$(find "$(dirname "$unified")" -maxdepth 4 -name "$b")" ''
done
