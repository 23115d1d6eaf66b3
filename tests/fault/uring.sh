# io_uring that refuses, does less, or breaks in the middle of a file, with and without the page cache.
# fs: ext4:xfs ext4
. "$1/fault/faults.bash"
need_any_method
mkdir "$S/t"
random 20000001 >"$S/t/large"
n=0
for method in direct io_uring; do
	# Refused: copied in another way, and counted once. Less, or not yet: the rest follows.
	for fault in {EINVAL,EOPNOTSUPP}:{1,2,4} {EINTR,EAGAIN}:{1,3} short:1 short:%3; do
		faulty 0 "cqe:$fault" --json --methods=$method "$S/t" "$D/$((++n))"
		is "$(json bytes_written)" 20000001
		cmp "$S/t/large" "$D/$n/large"
		same_by_rsync "$S/t" "$D/$n"
		rm -r "${D:?}/$n"
	done
	for fault in cqe:EIO:{1,4} io_uring_submit_and_wait:EBADF:{1,3}; do
		faulty 1 "$fault" --methods=$method "$S/t" "$D/$((++n))"
		says "large'"
		is "$(names_in "$D/$n")" ''
	done
done
