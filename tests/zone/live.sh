# A zone that lives: what is known of it in /run/zones is believed as far as the kernel has evidence
# of it, whoever was killed; what its files or its name are needed for is refused at once, and all
# else goes on. Its life is played here by shells, and a control group.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
need_cmd jq setpriv unshare flock
zones=$S/zones
mkdir -m 755 "$zones"
install_zone a "$zones/a"
install_zone b "$zones/b"
zonecfg -z c "create; set zonepath=$zones/c"

mkdir "$work/cgroup2"
mount -t cgroup2 cgroup2 "$work/cgroup2" 2>why || skip "no cgroup2: $(cat why)"
cgroup=$work/cgroup2/zonetool-test-${work##*.}
leave() {
	# shellcheck disable=SC2046 # none, or several
	kill -9 $(jobs -p) 2>/dev/null || true
	wait 2>/dev/null || true
	rmdir "$cgroup" 2>/dev/null || true
}
trap leave EXIT
mkdir "$cgroup"

# ---- a life ----

# The process as such a file has it. No program here has blanks in its name.
who() {
	echo "$1 $(cut -d' ' -f22 "/proc/$1/stat")"
}

# The supervisor holds its lock, the zone's init and one more process are in the control group.
begin_life() {
	flock -o /run/zones/a.zoneadmd.lock sleep 1000 &
	supervisor=$!
	wait_for sh -c '! flock -n /run/zones/a.zoneadmd.lock true'
	sleep 1000 &
	init=$!
	sleep 1000 &
	other=$!
	echo "$init" >"$cgroup/cgroup.procs"
	echo "$other" >"$cgroup/cgroup.procs"
	now running
}

# now STATE [LINE]: what the supervisor stores then.
now() {
	cat >/run/zones/a.live.new <<END
id=3
since=1700000000
supervisor=$(who "$supervisor")
init=$(who "$init")
runtime=nspawn
cgroup=$cgroup
${2:-console=3}
state=$1
END
	mv /run/zones/a.live.new /run/zones/a.live
}

# end PROCESS: killed, and nobody's zombie.
end() {
	kill -9 "$1"
	wait "$1" 2>/dev/null || true
}

end_life() {
	for process in "$supervisor" "$init" "$other"; do
		if [ -e "/proc/$process" ]; then end "$process"; fi
	done
	wait_for grep -q 'populated 0' "$cgroup/cgroup.events"
}

# ---- what is shown ----

# shown ID STATE [SINCE]: in each form, for root and for anybody.
shown() {
	zoneadm -z a list -p
	[[ $(cat out) == "$1:a:$2:$zones/a:"* ]] || fail "$(cat out)"
	as_nobody "$work/zoneadm" -z a list -p >nobody.out
	same_text 'what nobody sees' out nobody.out
	zoneadm -z a list -j
	is "$(jq -c '.[0] | [.id, .state, .since]' out)" "[${1/-/null},\"$2\",${3-null}]"
	zoneadm list
	if [ "$1" = - ]; then said_only global; else said_only $'global\na'; fi
	zoneadm list -i
	said_only $'global\na\nb'
	# Whatever is so: it is never stored.
	index_line a | grep -q '^a:installed:' || fail "$(index_line a)"
}

install -m 755 "$ZONEADM" "$work/zoneadm"
is "$(stat -c %a /run/zones)" 755
shown - installed
begin_life
shown 3 running 1700000000
for state in ready shutting_down down; do
	now $state
	shown 3 $state 1700000000
done

# Where processes are hidden from their users, too.
now running
for hidepid in 1 2 0; do
	mount -o "remount,hidepid=$hidepid" /proc
	shown 3 running 1700000000
done
now down

# In the order of their ids, before the others; what lives has no other order.
cp /run/zones/a.live saved.live
sed 's/^id=.*/id=2/; s/^state=.*/state=ready/' saved.live >/run/zones/b.live
zoneadm list
said_only $'global\nb\na'
zoneadm list -nc
said_only $'b\na\nc'
zoneadm list -cv
[[ $(sed -n 3p out) == "   2 b                ready          $zones/b "* ]] || fail "$(cat out)"
[[ $(sed -n 5p out) == "   - c                configured     $zones/c "* ]] || fail "$(cat out)"
rm /run/zones/b.live
# One that the index does not know is not hidden.
sed 's/^id=.*/id=9/' saved.live >/run/zones/lost.live
for options in '' -c -p -v -j; do
	# shellcheck disable=SC2086 # none, or one
	zoneadm_rc 1 list $options
	erred 'zone lost is down, but the index does not know it'
	said lost
done
zoneadm_rc 1 list -p
said '9:lost:down:-::???:???'
zoneadm_rc 1 list -j
is "$(jq -c '.[2]' out)" '{"id":9,"name":"lost","state":"down","zonepath":null,"uuid":null,'\
'"brand":null,"ip-type":null,"since":1700000000}'
zoneadm -z a list
refuses 'a zone lost is down, although the index does not know it' -z c 'set zonename=lost'
# Made again, it can be halted.
zonecfg_rc 0 -z lost "create; set zonepath=$zones/lost"
zoneadm -z lost list -p
said "9:lost:down:$zones/lost:"
rm /run/zones/lost.live
zonecfg -z lost 'delete -F'

# ---- what is refused ----

# refused_at_once TEXT ARGUMENT...: zoneadm must not wait for the zone's lock.
refused_at_once() {
	local before
	before=$(stored; untouched)
	flock -o /run/zones/a.zoneadm.lock sleep 1000 &
	holder=$!
	wait_for sh -c '! flock -n /run/zones/a.zoneadm.lock true'
	zoneadm_rc 1 "${@:2}"
	end "$holder"
	erred "$1"
	# Who waits says so.
	is "$(wc -l <err)" 1
	[ "$(stored; untouched)" = "$before" ] || fail "refused, and yet touched: $*"
}

# refusals STATE: of what would pull the files, or the name, away from under the zone.
refusals() {
	local is="zone a is $1, so"
	refused_at_once "$is it cannot be moved: halt it first" -z a move "$zones/moved"
	refused_at_once "$is it cannot be moved: halt it first" -z a move -n "$zones/moved"
	refused_at_once "$is it cannot be detached: halt it first" -z a detach
	refused_at_once "$is it cannot be detached: halt it first" -z a detach -n
	refused_at_once "$is it cannot be uninstalled: halt it first" -z a uninstall
	refused_at_once "$is it cannot be uninstalled: halt it first" -z a uninstall -F
	refused_at_once "$is it cannot be marked: halt it first" -z a mark incomplete
	refused_at_once "$is it cannot be cloned: halt it first" -z c clone a
	refused_at_once "$is it cannot be installed: halt it first" -z a install
	refused_at_once "$is it cannot be made a clone: halt it first" -z a clone b
	refused_at_once "$is it cannot be attached: its files are there" -z a attach
	refused_at_once "$is nothing of it can be finished or undone: halt it first" -z a recover
	denies "$is it cannot be renamed: halt it first" 'set zonename=z'
	denies "$is what its installation was made from cannot be changed" "set zonepath=$zones/z"
	denies "$is its configuration cannot be deleted: halt it first" delete
	denies "$is its configuration cannot be deleted: halt it first" 'delete -F'
	denies "$is it cannot be created anew: halt it first" 'create -F'
	# All the rest of its configuration is free.
	zonecfg_rc 0 -z a 'add attr; set name=seen; set type=string; set value=yes; end'
	is "$(cat err)" "zonecfg: zone a is $1: what was changed holds from its next boot"
	zonecfg_rc 0 -z a 'remove attr'
	zonecfg -z a info
	zonecfg -z copy "create -t a; set zonepath=$zones/copy"
	zonecfg -z copy delete -F
	index_line a | grep -q "^a:installed:$zones/a:" || fail "$(index_line a)"
	zoneadm -z a verify
}
for state in ready running shutting_down down; do
	now $state
	refusals $state
done
# Another zone is not concerned.
zoneadm_rc 0 -z b move "$zones/b2"
zoneadm_rc 0 -z c clone b
zoneadm_rc 0 -z c uninstall -F

# It is looked at again when the lock is held: it may have been booted while that was waited for.
end_life
flock -o /run/zones/a.zoneadm.lock sleep 1000 &
holder=$!
wait_for sh -c '! flock -n /run/zones/a.zoneadm.lock true'
no timeout 20 "$ZONEADM" -z a move "$zones/moved" 2>late.err &
late=$!
wait_for grep -q 'waiting for' late.err
begin_life
end "$holder"
wait "$late"
grep -q 'zone a is running, so it cannot be moved: halt it first' late.err || fail "$(cat late.err)"

# ---- who was killed ----

# The supervisor; then the zone's init; then the last process.
end "$supervisor"
shown 3 running 1700000000
refusals running
end "$init"
shown 3 down
refusals down
end "$other"
wait_for grep -q 'populated 0' "$cgroup/cgroup.events"
shown - installed

# init first: what the supervisor says is so. Then that, too.
begin_life
end "$init"
shown 3 running 1700000000
end "$supervisor"
shown 3 down
end "$other"
shown - installed

# The supervisor before it has stored that there is an init; init outlives its group.
begin_life
now ready
end "$supervisor"
shown 3 running
end "$other"
shown 3 running
end "$init"
shown - installed

# The supervisor alone, without a process in the zone.
begin_life
end "$init"
end "$other"
rmdir "$cgroup"
shown 3 running 1700000000
end "$supervisor"
shown - installed
mkdir "$cgroup"

# A supervisor that has let go of its lock is none, but only root can see that.
begin_life
now down
end_life
sleep 1000 &
supervisor=$!
sed -i "s/^supervisor=.*/supervisor=$(who "$supervisor")/" /run/zones/a.live
zoneadm -z a list -p
said '-:a:installed:'
end "$supervisor"

# Everything at once. What was left of the life changes nothing: the zone can be moved.
begin_life
end_life
shown - installed
zoneadm_rc 0 -z a move "$zones/moved"
zoneadm_rc 0 -z a move "$zones/a"
# Other processes have those numbers now.
sleep 1000 &
supervisor=$!
sed -i -E "s/^(supervisor|init)=.*/\1=$supervisor 1/" /run/zones/a.live
shown - installed
end "$supervisor"

# ---- what cannot be believed ----

# doubted TEXT: described; the zone is shown as it is stored, and nothing is done to it.
doubted() {
	zoneadm_rc 1 list -cp
	erred "$1"
	said "-:a:installed:$zones/a:"
	said '-:c:configured:'
	is "$(wc -l <err)" 1
	zoneadm_rc 1 -z a list
	said_only a
	zoneadm -z b list -p
	for command in "move $zones/moved" 'detach' 'uninstall -F' 'mark incomplete' recover; do
		# shellcheck disable=SC2086 # several words
		refused_at_once "$1" -z a $command
	done
	refused_at_once "$1" -z c clone a
	denies "$1" 'set zonename=z'
	denies "$1" 'delete -F'
}
cp /run/zones/a.live saved.live
head -c 60 saved.live >/run/zones/a.live
doubted '/run/zones/a.live is damaged, so it is not known whether zone a runs'
sed 's/^state=.*/state=installed/' saved.live >/run/zones/a.live
doubted '/run/zones/a.live is damaged'
truncate -s 1M /run/zones/a.live
doubted '/run/zones/a.live is larger than'
cp saved.live /run/zones/a.live
chmod 666 /run/zones/a.live
doubted '/run/zones/a.live is writable by others'
rm /run/zones/a.live
mkfifo /run/zones/a.live
doubted '/run/zones/a.live: it must be a regular file'
rm /run/zones/a.live
ln -s "$work/saved.live" /run/zones/a.live
doubted 'no symbolic link'
rm /run/zones/a.live
chmod 777 /run/zones
zoneadm_rc 1 list -c
erred '/run/zones is writable by others'
[ ! -s out ] || fail 'what runs is not known, and yet it is shown'

# Earlier versions made the directory for root only.
chmod 700 /run/zones
as_nobody "$work/zoneadm" list -c >nobody.out 2>err
is "$(cat err)" \
	'zoneadm: WARNING: /run/zones can be read by root only, so it is not known which zones run'
zonecfg -z a 'set autoboot=true'
is "$(stat -c %a /run/zones)" 755

# ---- without that file ----

# A zone as it runs: its root is mounted where only it sees that, and is its processes' own. Nothing
# tells of it but the kernel.
mkdir "$zones/a/root/bin"
cp /bin/sleep "$zones/a/root/bin/"
ldd /bin/sleep | grep -o '/[^ ]*' | while read -r file; do
	mkdir -p "$zones/a/root${file%/*}"
	cp -L "$file" "$zones/a/root$file"
done
mkdir -p /run/zones/a.d/root
cat >enter.py <<'END'
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
PIVOT_ROOT, MNT_DETACH = {'x86_64': 155}.get(os.uname().machine, 41), 2
os.chdir(sys.argv[1])
if libc.syscall(PIVOT_ROOT, b'.', b'.') or libc.umount2(b'.', MNT_DETACH):
    raise OSError(ctypes.get_errno(), 'pivot_root')
os.chdir('/')
os.execv('/bin/sleep', ['sleep', '1000'])
END
# shellcheck disable=SC2016 # the inner shell's
unshare --mount --propagation private sh -c \
	'mount --bind "$1" "$2" && exec python3 enter.py "$2"' sh "$zones/a/root" /run/zones/a.d/root \
	</dev/null >/dev/null 2>enter.err &
process=$!
wait_for grep -q sleep "/proc/$process/comm"
is "$(readlink "/proc/$process/root")" /
zoneadm -z a list -p
said "-:a:installed:$zones/a:"
inside="shows $zones/a/root, in the mount namespace of process $process"
move_refused "$inside" "$zones/moved"
move_refused "$inside" -n "$zones/moved"
refused_by_kernel() {
	local before
	before=$(stored; untouched)
	zoneadm_rc 1 "${@:2}"
	erred "$1"
	[ "$(stored; untouched)" = "$before" ] || fail "refused, and yet touched: $*"
}
refused_by_kernel "$inside" -z a detach
refused_by_kernel "$inside" -z a uninstall -F
refused_by_kernel "process $process uses $zones/a/root: end it first" -z c clone a
end "$process"
zoneadm_rc 0 -z c clone a
zoneadm_rc 0 -z c uninstall -F
zoneadm_rc 0 -z a move "$zones/moved"
registry_sound
