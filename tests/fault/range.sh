# fs: ext4 xfs
# copy_file_range(2) that does not do what it was asked: content must be right, and no error shown. (FICLONE is
# refused where there is one, to come to it.)
. "$1/fault/faults.bash"
need_any_method
random 40000000 >"$S/large"  # several pieces, copied by several threads
random 3000000 >"$S/middle"
mkdir "$S/t" && mv "$S"/{large,middle} "$S/t"
n=0
for fault in zero:1 zero:2 zero:'*' short:'*' EINTR:%2 \
	{EXDEV,EINVAL,ENOSYS,EPERM,ETXTBSY,EOPNOTSUPP}:{1,2,'*'}; do
	faulty 0 "copy_file_range:$fault,FICLONE:EINVAL:*" "$S/t" "$D/$((++n))"
	cmp "$S/t/large" "$D/$n/large"
	cmp "$S/t/middle" "$D/$n/middle"
	same_by_rsync "$S/t" "$D/$n"
	rm -r "${D:?}/$n"
done
