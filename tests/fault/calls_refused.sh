# fs: ext4 tmpfs
# Calls that make names, refused: reported, the run goes on; and what a container forbids is done
# without.
. "$1/fault/faults.bash"
make_basic "$S/t"
make_links "$S/l"
faulty 1 'mkdirat:EIO:*:sub' "$S/t" "$D/t"
absent "$D/t/dir/sub"
is "$(cat "$D/t/dir/text")" text
faulty 1 'symlinkat:EIO:1' "$S/t" "$D/t2"
faulty 1 'mknodat:EPERM:*' "$S/l" "$D/l1"
faulty 1 'renameat2:EIO:*' --overwrite -T "$S/t" "$D/t"
no_leftovers "$D"
no_lies "$S/t" "$D/t"
copy --overwrite -T "$S/t" "$D/t"
same "$S/t" "$D/t"
# A file where a directory is to be.
rm -r "$D/t/dir" && echo file >"$D/t/dir"
faulty 1 'renameat2:EINVAL:*' --overwrite -T "$S/t" "$D/t"
no_leftovers "$D"
is "$(cat "$D/t/dir")" file
# No syncfs, no promise.
faulty 1 'syncfs:EIO:*' --sync "$S/t" "$D/t3"
says 'durable|sync'
faulty 1 'fsync:EIO:*' --sync "$S/t" "$D/t4"
# A seccomp profile that knows none of the newer calls.
umask 0777
for call in 'io_uring_setup' 'unshare' 'copy_file_range' 'io_uring_setup unshare fchmodat2'; do
	rm -rf "$D/all"
	# shellcheck disable=SC2086 # several
	"$helpers/fault_deny" $call -- "$program" "$S" "$D/all" --exclude=/d 2>"$work/err" \
		|| fail "without $call: $(cat "$work/err")"
	same_by_rsync "$S/t" "$D/all/t"
	same_by_rsync "$S/l" "$D/all/l"
done
