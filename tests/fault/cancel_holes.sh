# fs: tmpfs
# A huge file that is all hole is passed at once, and a signal is heard while many are.
. "$1/fault/faults.bash"
truncate -s 1E "$S/hole"
SECONDS=0
copy "$S/hole" "$D/hole"
[ "$SECONDS" -le 10 ] || fail "$SECONDS seconds for a hole"
is "$(stat -c '%s %b' "$D/hole")" "$((1 << 60)) 0"
