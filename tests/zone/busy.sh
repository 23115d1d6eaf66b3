# Who uses a zone's files keeps them from being moved and removed: mounts below them, in any mount
# namespace, and processes, whatever they hold. Each is named; nothing is touched.
# fs: ext4:xfs ext4
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
need_cmd unshare setsid
[ -d "$D/zones" ] || mkdir -m 755 "$D/zones"
from=$S/zones/a
install_zone a "$from"
install_zone ab "$from"b
cp /bin/sleep "$from/root/sleep"

# busy TEXT: neither move nor uninstall begins, and both say this.
busy() {
	move_refused "$1" "$D/zones/moved"
	move_refused "$1" -n "$D/zones/moved"
	uninstall_refused "$1"
}

uninstall_refused() {
	local before
	before=$(stored; untouched)
	zoneadm_rc 1 -z a uninstall -F
	erred "$1"
	[ "$(stored; untouched)" = "$before" ] || fail 'refused, and yet touched'
}

end() {
	kill -9 "$process"
	wait "$process" 2>/dev/null || true
}

# ---- mounts ----

for point in "$from" "$from/root" "$from/root/etc" "$from/root/new
line"; do
	[ -d "$point" ] || mkdir "$point"
	mount --bind "$point" "$point"
	busy "$point is a mount point, in the mount namespace of process "
	umount "$point"
done
rmdir "$from/root/new
line"
# A file can be one, too.
mount --bind "$from/root/etc/hostname" "$from/root/etc/hostname"
busy "$from/root/etc/hostname is a mount point"
umount "$from/root/etc/hostname"
# In another namespace only: here nobody sees it.
unshare --mount --propagation private sh -c \
	"mount -t tmpfs tmpfs '$from/root/etc' && : >mounted && exec sleep 60" &
process=$!
wait_for test -e mounted
busy "$from/root/etc is a mount point, in the mount namespace of process $process: unmount it"
end

# ---- processes ----

(cd "$from/root" && exec sleep 60) &
process=$!
wait_for grep -q sleep "/proc/$process/cmdline"
busy "process $process uses $from/root: end it first"
end
"$from/root/sleep" 60 &
process=$!
wait_for grep -q sleep "/proc/$process/cmdline"
busy "process $process uses $from/root/sleep: end it first"
end
(exec sleep 60 9<"$from/root/etc/hostname") &
process=$!
wait_for grep -q sleep "/proc/$process/cmdline"
busy "process $process uses $from/root/etc/hostname: end it first"
end
# Of many, the first ones are named.
for _ in {1..13}; do sleep 60 9<"$from/root" & done
sleep 0.3
busy 'and 3 more like these'
is "$(grep -c "uses $from/root: end it first" err)" 10
jobs -p | xargs kill
wait

# ---- who does not matter ----

# The zone whose name only begins like this one's; what looks at the directory above.
(cd "$from"b/root && exec sleep 60 9<"$S/zones") &
process=$!
wait_for grep -q sleep "/proc/$process/cmdline"
mount --bind "$from"b/root "$from"b/root
zoneadm_rc 0 -z a move "$D/zones/moved"
at_only "$D/zones/moved" "$from"
zoneadm_rc 0 -z a move "$from"
at_only "$from" "$D/zones/moved"
end
umount "$from"b/root

# Through a symbolic link, nobody could tell who uses it.
ln -s zones "$S/link"
sed -i "s,:$from:,:$S/link/a:," /etc/zones/index
sed -i "s,\"$from\",\"$S/link/a\"," /etc/zones/a.xml
(cd "$from/root" && exec sleep 60) &
process=$!
wait_for grep -q sleep "/proc/$process/cmdline"
busy "$S/link/a leads through a symbolic link, to $from, and a zonepath must not"
end
