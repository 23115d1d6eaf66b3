# The power fails in the middle of a commit, and right behind it. POWER_EVERY=1: before every system
# call of the whole run, for every kind of change.
# fs: ext4 xfs
. "$tests/zone/lib.sh"
need_cmd strace "mkfs.$src_fs"
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
scenarios=(create rename delete)
[ -z "${POWER_EVERY-}" ] || scenarios=(--every)
rc=0
PYTHONPATH=$PYTHONPATH:$tests/fault_zone python3 "$tests/fault_zone/power.py" "$work" "$src_fs" \
	"${scenarios[@]}" >>powered || rc=$?
cat powered
[ "$rc" -ne 77 ] || skip "$(tail -n 1 powered)"
[ "$rc" -eq 0 ] || fail 'see above'
