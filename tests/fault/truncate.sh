# A file is not truncated without need, also where sharing extents is refused: what was truncated to
# nothing ext4 writes back at once when it is closed, and a copy takes several times as long.
# fs: tmpfs:ext4 ext4
. "$1/fault/faults.bash"
need_any_method
mkdir "$S/t"
random 3000000 >"$S/t/large"
random 5000 >"$S/t/small"
FAULT=ftruncate:EIO:* copy "$S/t" "$D/t"
is "$(met)" 0
diff -r "$S/t" "$D/t"
