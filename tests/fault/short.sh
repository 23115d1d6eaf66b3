# fs: ext4:tmpfs
# Reads and writes that do less than asked, or are interrupted.
. "$1/fault/faults.bash"
need_any_method
make_basic "$S/t"
make_sparse "$S/t/sparse"
random 40000000 >"$S/t/large"
n=0
for fault in 'pread:short:*' 'pread:EINTR:%2' 'pwrite:short:*' 'pwrite:EINTR:%3' \
	'pread:short:*,pwrite:short:%2'; do
	for way in --sparse=auto --sparse=always --reflink=never; do
		faulty 0 "$fault,copy_file_range:EXDEV:*" $way "$S/t" "$D/$((++n))"
		same_by_rsync "$S/t" "$D/$n"
		rm -r "${D:?}/$n"
	done
done
# A write that does nothing and says so must not loop for ever.
faulty 1 'pwrite:zero:*:size-4097' "$S/t" "$D/t"
absent "$D/t/size-4097"
