# An overlay as destination, over objects of its lower layer.
# fs: tmpfs:overlay
make_basic "$S/tree"
make_acls "$S/tree/acls"
make_modes "$S/tree/modes"
make_times "$S/tree/times"
copy "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
# What is below is replaced by what is above.
umount "$D"
mv "$work/d.o/upper/copy" "$work/d.o/lower/copy"
mount -t overlay -o "noatime,lowerdir=$work/d.o/lower,upperdir=$work/d.o/upper" \
	-o "workdir=$work/d.o/work" overlay "$D"
copy --overwrite -T "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
chmod 600 "$D/copy/size-1"
copy --update -T "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
