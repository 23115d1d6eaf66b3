# fs: btrfs xfs
# FICLONE that fails: another way is found, unless nothing else was allowed.
. "$1/fault/faults.bash"
need_any_method
mkdir "$S/t"
random 3000000 >"$S/t/a"
random 40000000 >"$S/t/b"
for error in EINVAL EXDEV EOPNOTSUPP ENOTTY EPERM ETXTBSY EINTR EIO; do
	for when in 1 2; do
		faulty 0 "FICLONE:$error:$when" "$S/t" "$D/t"
		same_by_rsync "$S/t" "$D/t"
		rm -r "$D/t"
	done
done
faulty 1 'FICLONE:EINVAL:*:d/t/a' --reflink=always "$S/t" "$D/t"
says "reflink|share"
absent "$D/t/a"
cmp "$S/t/b" "$D/t/b"
