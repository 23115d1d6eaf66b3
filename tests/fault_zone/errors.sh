# Each system call of a commit fails once. ERRORS_EVERY=1: of the whole run, for every kind of
# change.
# fs: tmpfs
. "$tests/zone/lib.sh"
need_cmd strace
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
scenarios=(rename delete)
[ -z "${ERRORS_EVERY-}" ] || scenarios=(--every)
PYTHONPATH=$PYTHONPATH:$tests/fault_zone python3 "$tests/fault_zone/errors.py" "$work" \
	"${scenarios[@]}" || fail 'see above'
