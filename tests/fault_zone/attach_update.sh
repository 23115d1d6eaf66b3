# zoneadm attach -u is killed: the zone stays detached, and the next one completes it.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/attach_update.bash"
need_cmd strace
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
aged_zone

back
zoneadm_rc 0 -z a attach -u
updated
cmp "$root/usr/share/menu/bash" /usr/share/menu/bash
seen >whole
zoneadm -z a detach

# completed MOMENT: it was killed then, and the zone is detached and sound; it is completed.
completed() {
	is "$(index_line a)" "a:configured:$path:"
	[ -e "$path/SUNWdetached.xml" ] || fail "$1: the record is gone"
	in_zone /usr/bin/true || fail "$1: the zone is damaged"
	dpkg-query --admindir="$root/var/lib/dpkg" -W >/dev/null || fail "$1: a damaged database"
	zoneadm_rc 1 -z a attach
	erred '"attach -u"'
	zoneadm_rc 0 -z a attach -u
	updated
	seen >again
	same_text "$1" whole again
	zoneadm -z a detach
}

# The process that changes the zone, before it does something for the Nth time: how often it does is
# counted first. The zone is changed by renaming.
back
strace -f -o calls -e trace=renameat,unlinkat,syncfs,fsync "$ZONEADM" -z a attach -u >out 2>err
zoneadm -z a detach
changer=$(grep 'syncfs(' calls | cut -d ' ' -f 1 | sort | uniq -c | sort -n | awk 'END { print $2 }')
for call in renameat unlinkat syncfs fsync; do
	count=$(grep -c "^$changer  *$call(" calls || true)
	[ "$count" -gt 0 ] || fail "$call is not called"
	step=$(((count + 5) / 6))
	for ((nth = 1; nth <= count; nth += step)); do
		back
		strace -f -o /dev/null -e trace="$call" \
			-e inject="$call:signal=SIGKILL:when=$nth" "$ZONEADM" -z a attach -u \
			>out 2>err || true
		[[ $(index_line a) == *:configured:* ]] || fail "$call $nth: not killed: $(cat out err)"
		completed "$call $nth"
	done
done

# The whole command, while packages are configured.
for text in 'Configuring packages' 'Setting up'; do
	back
	rm -f "$attach_log"
	"$ZONEADM" -z a attach -u >out 2>err &
	pid=$!
	wait_for grep -qs "$text" "$attach_log"
	kill -9 "$pid"
	wait "$pid" || true
	# Its container dies, too; there the root is "/", and only its place on the disk tells.
	wait_for eval "! grep -qs '/zones/a/root ' /proc/[0-9]*/mountinfo"
	completed "$text"
done

