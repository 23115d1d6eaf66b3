# fs: tmpfs ext4
# Threads that cannot be made: the calling one does the work; modes are right whatever the umask is.
. "$1/fault/faults.bash"
make_basic "$S/t"
make_links "$S/t/links"
random 40000000 >"$S/t/large"
umask 0777
for when in '*' 2+ 3; do
	faulty 0 "pthread_create:EAGAIN:$when" -j4 --json --stats "$S/t" "$D/t"
	same_by_rsync "$S/t" "$D/t"
	rm -r "$D/t"
done
faulty 0 'unshare:EPERM:*' -j4 "$S/t" "$D/t"
same "$S/t" "$D/t"
