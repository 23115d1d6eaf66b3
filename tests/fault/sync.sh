# fs: tmpfs:xfs tmpfs:ext4
# --sync returned, then the power fails: everything is there. The shutdown throws away what the log
# still holds in memory, as a loss of power would.
. "$1/fault/faults.bash"
need_cmd xfs_io
make_basic "$S/t"
make_links "$S/t/links"
random 20000000 >"$S/t/large"
cut_power() {
	local device
	device=$(findmnt -no SOURCE "$1")
	xfs_io -x -c shutdown "$1" >"$work/shutdown" 2>&1 || skip "no shutdown: $(cat "$work/shutdown")"
	! touch "$1/alive" 2>/dev/null || skip 'the file system lives on after its shutdown'
	umount "$1"
	mount -o noatime "$device" "$1"
}
# A mount point's loop device must outlive it, but not this test.
keep_device() {
	device=$(losetup -f --show "$(losetup -nO BACK-FILE "$(findmnt -no SOURCE "$1")")")
	umount "$1"
	mount -o noatime "$device" "$1"
}
keep_device "$D"
trap 'losetup -d "$device"' EXIT
copy --sync "$S/t" "$D/t"
cut_power "$D"
same_by_rsync "$S/t" "$D/t"
# The destination is the mount point itself, and named without a slash.
rm -r "$D/t" && sync -f "$D"
[ ! -d "$D/lost+found" ] || rmdir "$D/lost+found"
copy --sync -T "$S/t" "$D"
cut_power "$D"
same_by_rsync "$S/t" "$D"
# A mount inside the destination.
mkdir -p "$work/top/t/sub" && mount --move "$D" "$work/top/t/sub"
mkdir "$S/u" && mv "$S/t" "$S/u/sub" && mv "$S/u" "$S/t" && random 100000 >"$S/t/sub/new"
copy --sync -u -T "$S/t" "$work/top/t"
cut_power "$work/top/t/sub"
same_by_rsync "$S/t" "$work/top/t"
