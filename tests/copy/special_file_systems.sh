# Files whose size says nothing: all that can be read from them is copied.
# fs: tmpfs ext4 xfs
for file in /proc/version /proc/cpuinfo /proc/self/mountinfo /sys/kernel/mm/transparent_hugepage/enabled; do
	[ -r "$file" ] || continue
	copy --no-preserve=all "$file" "$D/$(basename "$file")"
	[ -s "$D/$(basename "$file")" ] || fail "$file is empty"
done
cmp /proc/version "$D/version"
grep -q '^processor' "$D/cpuinfo"
copy_rc 0 --lossy -T /proc/sys/kernel/random "$D/random"
is "$(cat "$D/random/poolsize")" "$(cat /proc/sys/kernel/random/poolsize)"
