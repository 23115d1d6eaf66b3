# fs: tmpfs
# Stopped at any moment: within a second, and said how far it came; the next one ends it.
. "$1/fault/faults.bash"
cut=0
for i in $(seq 10); do
	mkdir "$S/t" && "$helpers/fault_plant" files "$S/t" 20000
	make_basic "$S/t/b"
	whole=$(find "$S/t" | wc -l)
	rc=0
	# Every other one takes long enough, and is given the time to begin.
	slow=$([ $((i % 2)) = 0 ] || echo unlinkat:slow:%100)
	FAULT=$slow start_program --remove -j2 "$S/t"
	[ -z "$slow" ] || until_it_listens
	sleep "0.0$((RANDOM % 40 + 10))"
	began=${EPOCHREALTIME/./}
	kill -INT $pid 2>/dev/null || true
	wait $pid || rc=$?
	[ $((${EPOCHREALTIME/./} - began)) -lt 2000000 ] || fail "took $(seconds_since "$began")"
	case $rc in
	0) absent "$S/t" ;;
	130)
		if [ ! -s "$work/err" ]; then
			# The signal was there before the program listened for it: nothing had begun.
			[ "$(find "$S/t" | wc -l)" -eq "$whole" ] || fail "stopped without a word of it"
			copy --remove "$S/t"
			continue
		fi
		cut=$((cut + 1))
		grep -q 'stopped early (cancelled): [0-9]* of [0-9]* objects' "$work/err" \
			|| fail "$(cat "$work/err")"
		copy --remove "$S/t" ;;
	*) fail "status $rc: $(cat "$work/err")" ;;
	esac
done
[ $cut -ge 5 ] || fail "only $cut were stopped before their end"
