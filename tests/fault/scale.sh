# fs: tmpfs
# Memory does not grow with the tree: 64 MiB are enough for any number of names in a directory, of
# directories in one, and of levels. FULL=1 in the environment: a million files.
. "$1/fault/faults.bash"
! is_sanitized || skip 'sanitizers take memory of their own'
most_kib=65536
# peak ARGUMENT...: copy, and leave the peak of the resident memory, in KiB, in $peak
peak() {
	(ulimit -n 64 && exec python3 - "$program" "$@" <<-'END'
		import resource, subprocess, sys
		rc = subprocess.call(sys.argv[1:])
		print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
		sys.exit(rc)
	END
	) >"$work/peak" || fail "status $?"
	peak=$(cat "$work/peak")
	echo "$*: $peak KiB"
	[ "$peak" -le $most_kib ] || fail "$peak KiB"
}
mkdir "$S"/{few,many,dirs,deep}
"$helpers/fault_plant" files "$S/few" 20000
peak -j2 "$S/few" "$D/few"
few=$peak
"$helpers/fault_plant" files "$S/many" "$([ "${FULL:-}" ] && echo 1000000 || echo 200000)"
peak -j2 "$S/many" "$D/many"
[ "$peak" -le $((few + 4096)) ] || fail "grew from $few to $peak KiB"
is "$(find "$D/many" -type f | wc -l)" "$(find "$S/many" -type f | wc -l)"
rm -r "$D/many" "$S/many"
"$helpers/fault_plant" dirs "$S/dirs" 100000
peak -j2 "$S/dirs" "$D/dirs"
is "$(find "$D/dirs" -type d | wc -l)" 100001
rm -r "$D/dirs" "$S/dirs"
"$helpers/fault_plant" deep "$S/deep" 10000
peak -j4 "$S/deep" "$D/deep"
# Beyond PATH_MAX rsync is no oracle.
diff <(cd "$S/deep" && find . -printf '%y %m %s %T@ %P\n' | sort) \
	<(cd "$D/deep" && find . -printf '%y %m %s %T@ %P\n' | sort) >"$work/diff" \
	|| fail "$(head -c 300 "$work/diff")"
copy_rc 0 --compare "$S/deep" "$D/deep"
