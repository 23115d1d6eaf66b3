# fs: tmpfs:ext4
# Stopped at any moment: within a second, with nothing that looks finished and is not; the next
# --update makes it whole. Killed, too.
. "$1/fault/faults.bash"
make_basic "$S/t"
make_links "$S/t/links"
mkdir "$S/t/many" && "$helpers/fault_plant" files "$S/t/many" 3000
random 40000000 >"$S/t/large1" && cp "$S/t/large1" "$S/t/large2"
is_cut=0
one_round() { # SIGNAL STATUS OPTION...
	local signal=$1 status=$2 pid rc=0 began
	shift 2
	start_program -j2 "$@" -T "$S/t" "$D/t"
	sleep "0.0$((RANDOM % 90 + 10))"
	began=${EPOCHREALTIME/./}
	kill -"$signal" $pid 2>/dev/null || true
	wait $pid 2>/dev/null || rc=$?
	[ $((${EPOCHREALTIME/./} - began)) -lt 2000000 ] || # a second, and one for a busy machine
		 fail "took $(seconds_since "$began") to stop"
	case $rc in
	0) return ;; # it was faster
	"$status") is_cut=$((is_cut + 1)) ;;
	*) fail "status $rc after $signal: $(cat "$work/err")" ;;
	esac
	no_lies "$S/t" "$D/t"
}
for _ in $(seq 10); do
	rm -rf "$D/t"
	one_round INT 130
	rm -rf "$D/t"
	one_round TERM 143
done
no_leftovers "$D"
copy -u -T "$S/t" "$D/t"
same_by_rsync "$S/t" "$D/t"
for _ in $(seq 10); do
	one_round INT 130 --overwrite
	no_leftovers "$D"
done
# Killed while it replaces: of each worker the file in its hands is left, and one that was split.
for _ in $(seq 10); do
	one_round KILL 137 --overwrite
	left=$(find "$D" -name '.treecp-*' | wc -l)
	[ "$left" -le 4 ] || fail "$left files left behind by 2 workers"
	find "$D" -name '.treecp-*' -delete
done
for _ in $(seq 10); do
	rm -rf "$D/t"
	one_round KILL 137
done
copy -u -T "$S/t" "$D/t"
same_by_rsync "$S/t" "$D/t"
no_leftovers "$D"
[ $is_cut -ge 10 ] || fail "only $is_cut runs were stopped before their end"
