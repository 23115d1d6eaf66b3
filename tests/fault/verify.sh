# fs: tmpfs:ext4 tmpfs:xfs
# --verify finds what was written wrongly, and reads the destination from storage.
. "$1/fault/faults.bash"
need_any_method
make_basic "$S/t"
random 20000000 >"$S/t/large"
for name in size-4097 size-1000003 t/large; do
	rm -rf "$D/t"
	faulty 1 "pwrite:flip:1:$name,copy_file_range:EXDEV:*,io_uring_queue_init:EPERM:*" \
		--verify "$S/t" "$D/t"
	prints "${name#t/}.*content"
done
# Without it, nothing is said: the check above is the one that tells.
rm -rf "$D/t"
faulty 0 'pwrite:flip:1:size-4097' "$S/t" "$D/t"
# Behind the file system's back: the pages in memory are right, storage is not.
rm -rf "$D/t"
python3 -c 'print("needle in a haystack " * 5000)' >"$S/t/needle"
copy --sync "$S/t" "$D/t"
image=$(losetup -nO BACK-FILE "$(findmnt -no SOURCE "$D")")
at=$(python3 -c 'import mmap, os, sys
print(mmap.mmap(os.open(sys.argv[1], os.O_RDONLY), 0, prot=mmap.PROT_READ).find(b"needle in a hay"))' "$image")
printf N | dd of="$image" bs=1 seek="$at" conv=notrunc status=none
blockdev --flushbufs "$(findmnt -no SOURCE "$D")"
copy_rc 1 --verify -u -T "$S/t" "$D/t"
prints 'needle.*content'
