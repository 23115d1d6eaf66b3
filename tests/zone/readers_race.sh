# Who reads between the two files while another command renames or deletes the zone sees the old or
# the new state, but no damage that is none.
# fs: tmpfs
. "$tests/zone/lib.sh"
need_cmd strace
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
export ASAN_OPTIONS=detect_leaks=0 # does not work under a tracer

# during COMMAND...: "zonecfg -z a info", stopped when it has opened the index; this command is done
# meanwhile.
during() {
	local nth pid tracer
	rm -f traced
	nth=$(strace -qq -e trace=openat -o /dev/stdout "$ZONECFG" -z a info | grep -n '"index"' \
		| cut -d: -f1 | head -n 1)
	strace -f -qq -o traced -e trace=openat -e "inject=openat:signal=SIGSTOP:when=$nth" \
		"$ZONECFG" -z a info </dev/null >out 2>err &
	tracer=$!
	wait_for grep -qs 'stopped by SIGSTOP' traced
	pid=$(awk 'END { print $1 }' traced)
	"$@"
	kill -CONT "$pid"
	rc=0
	wait "$tracer" || rc=$?
}
make_zone a
during "$ZONECFG" -z a 'set bootargs=new'
is "$rc $(cat err)" '0 '
said 'bootargs: new'
for command in 'set zonename=z' 'delete -F'; do
	during "$ZONECFG" -z a "$command"
	if [ "$rc" -eq 0 ]; then
		said 'zonename: a'
	else
		erred 'a: No such zone configured'
	fi
	no grep -E 'missing|backup|delete' err
	rm -f /etc/zones/*.xml /etc/zones/index
	make_zone a
done
