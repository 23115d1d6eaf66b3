# Who uses a zone's files keeps them from being moved and removed: mounts below them, in any mount
# namespace, or of them, and processes, whatever they hold. Each is named; nothing is touched.
# fs: ext4:xfs ext4 btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
need_cmd unshare setsid
[ -d "$D/zones" ] || mkdir -m 755 "$D/zones"
from=$S/zones/a
install_zone a "$from"
install_zone ab "$from"b
zonecfg_rc 0 -z copy "create; set zonepath=$S/zones/copy"
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

# Whoever mounts a part of it elsewhere uses what the part is: it must not go under that name.
mkdir "$work/elsewhere"
for part in "" /root /root/etc; do
	mount --bind "$from$part" "$work/elsewhere"
	busy "$work/elsewhere shows $from$part, in the mount namespace of process "
	# Its files can be read all the same.
	zoneadm_rc 0 -z copy clone a
	zoneadm_rc 0 -z copy uninstall -F
	umount "$work/elsewhere"
done
: >"$work/file"
mount --bind "$from/root/etc/hostname" "$work/file"
busy "$work/file shows $from/root/etc/hostname, in the mount namespace of process "
umount "$work/file"
unshare --mount --propagation private sh -c \
	"mount --bind '$from/root/etc' elsewhere && : >mounted2 && exec sleep 60" &
process=$!
wait_for test -e mounted2
busy "$work/elsewhere shows $from/root/etc, in the mount namespace of process $process: unmount it"
end
# By the names of its file system, whatever mount the zonepath is seen through.
mkdir "$work/through"
mount --bind "$S/zones" "$work/through"
mount --bind "$work/through/a/root" "$work/elsewhere"
umount "$work/through"
busy "$work/elsewhere shows $from/root, in the mount namespace of process "
umount "$work/elsewhere"

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
# A source of clones must stand still, and may be looked at.
(cd "$from/root" && exec sleep 60 9<etc/hostname) &
process=$!
wait_for grep -q sleep "/proc/$process/cmdline"
zoneadm_rc 0 -z copy clone a
zoneadm_rc 0 -z copy uninstall -F
end
for use in '"$from/root/sleep" 60' 'sleep 60 9>>"$from/root/etc/hostname"'; do
	(eval "exec $use") &
	process=$!
	wait_for grep -q sleep "/proc/$process/cmdline"
	zoneadm_rc 1 -z copy clone a
	erred "process $process uses $from/root/"
	end
done
# Of many, the first ones are named.
for _ in {1..13}; do sleep 60 9<"$from/root" & done
all_sleep() { [ "$(pgrep -cx sleep)" -ge 13 ]; }
wait_for all_sleep
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
# A mount of the directory above, and of a part that was removed.
mount --bind "$S/zones" "$work/through"
mkdir "$from/root/part"
mount --bind "$from/root/part" "$work/elsewhere"
rmdir "$from/root/part"
zoneadm_rc 0 -z a move "$D/zones/moved"
at_only "$D/zones/moved" "$from"
zoneadm_rc 0 -z a move "$from"
at_only "$from" "$D/zones/moved"
end
umount "$from"b/root "$work/through" "$work/elsewhere"

# Through a symbolic link, nobody could tell who uses it.
ln -s zones "$S/link"
sed -i "s,:$from:,:$S/link/a:," /etc/zones/index
sed -i "s,\"$from\",\"$S/link/a\"," /etc/zones/a.xml
(cd "$from/root" && exec sleep 60) &
process=$!
wait_for grep -q sleep "/proc/$process/cmdline"
busy "$S/link/a leads through a symbolic link, to $from, and a zonepath must not"
end
