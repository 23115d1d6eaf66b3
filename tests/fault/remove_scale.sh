# fs: tmpfs ext4
# Memory does not grow with what is removed: 64 MiB are enough for any number of names in a
# directory, of directories in one, of levels, of names of one file. FULL=1: a million.
. "$1/fault/faults.bash"
! is_sanitized || skip 'sanitizers take memory of their own'
most_kib=65536
[ "$dst_fs" = tmpfs ] || [ "${FULL:-}" ] || skip 'FULL=1 is not set'
if [ "$dst_fs" = ext4 ]; then
	truncate -s 4G big.img && mkfs.ext4 -q -N 1200000 big.img && mkdir big
	mount -o loop,noatime big.img big
	S=$work/big
fi
# peak ARGUMENT...: remove, and leave the peak of the resident memory, in KiB, in $peak
peak() {
	(ulimit -n 64 && exec python3 - "$program" --remove "$@" <<-'END'
		import resource, subprocess, sys
		rc = subprocess.call(sys.argv[1:])
		print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
		sys.exit(rc)
	END
	) >"$work/peak" || fail "status $?"
	peak=$(tail -n 1 "$work/peak")
	echo "$*: $peak KiB"
	[ "$peak" -le $most_kib ] || fail "$peak KiB"
}
many=$([ "${FULL:-}" ] && echo 1000000 || echo 200000)
mkdir "$S"/{few,many,dirs,deep}
"$helpers/fault_plant" files "$S/few" 20000
peak -j2 "$S/few"
few=$peak
"$helpers/fault_plant" files "$S/many" "$many"
peak -j2 "$S/many"
[ "$peak" -le $((few + 4096)) ] || fail "grew from $few to $peak KiB"
"$helpers/fault_plant" dirs "$S/dirs" 100000
peak -j2 "$S/dirs"
"$helpers/fault_plant" deep "$S/deep" 10000
peak -j4 "$S/deep"
mkdir "$S/farm"
"$helpers/fault_plant" farm "$S/farm" 20000 10 50
before=$(inode "$S/farm")
peak -j4 -n "$S/farm"
is "$(inode "$S/farm")" "$before"
peak -j4 "$S/farm"
absent "$S"/{few,many,dirs,deep,farm}
