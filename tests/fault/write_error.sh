# fs: ext4
# A write that fails. A full destination stops the run with 3; anything else costs that file alone.
# In no case does a partial file keep its final name.
. "$1/fault/faults.bash"
need_any_method
make_basic "$S/t"
random 40000000 >"$S/t/large"
for fault in {pwrite,copy_file_range}:{ENOSPC,EDQUOT}:{1,3} pwrite:ENOSPC:40; do
	case $fault in pwrite*) fault=$fault,copy_file_range:EXDEV:* ;; esac
	faulty 3 "$fault" -j2 "$S/t" "$D/t"
	says 'No space left|quota'
	no_lies "$S/t" "$D/t"
	no_leftovers "$D"
	copy --update -T "$S/t" "$D/t"
	same "$S/t" "$D/t"
	rm -r "$D/t"
done
for error in EIO EFBIG EROFS; do
	faulty 1 "pwrite:$error:*:size-65537" "$S/t" "$D/t"
	says "size-65537"
	absent "$D/t/size-65537"
	copy -uT "$S/t" "$D/t"
	same "$S/t" "$D/t"
	rm -r "$D/t"
done
# With --overwrite what was there stays, whole.
copy "$S/t" "$D/t"
echo old >"$D/t/size-65537"
faulty 1 'pwrite:EIO:*' --overwrite -T "$S/t" "$D/t"
is "$(cat "$D/t/size-65537")" old
no_leftovers "$D"
