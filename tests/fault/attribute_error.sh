# fs: ext4 xfs
# Attributes that cannot be set: reported, never silently missing, and the content is there.
. "$1/fault/faults.bash"
make_basic "$S/t"
setfattr -n user.x -v y "$S/t/size-4096"
setfacl -m u:1:r "$S/t/size-4097"
chown 12:34 "$S/t/size-1"
chmod 4755 "$S/t/size-1"
chattr +d "$S/t/size-65536"
while read -r fault; do
	rm -rf "$D/t"
	faulty 1 "$fault" "$S/t" "$D/t"
	[ -s "$work/err" ] || fail "$fault: silence"
	diff -r --no-dereference "$S/t" "$D/t"
	[ "$(stat -c %u "$D/t/size-1")" = 12 ] || [ ! -u "$D/t/size-1" ] \
		|| fail "$fault: set-id for the wrong owner"
done <<-END
	fsetxattr:ENOSPC:1
	fsetxattr:ERANGE:1
	fsetxattr:EOPNOTSUPP:*
	fsetxattr:EIO:*
	fchownat:EPERM:*
	fchownat:EIO:1
	fchmod:EIO:1
	fchmod:EPERM:*
	utimensat:EIO:2
	utimensat:EPERM:*
	SETFLAGS:EOPNOTSUPP:*
	SETFLAGS:EPERM:*
END
# close(2) tells of a write that failed late (NFS, quota): the file is not there then.
rm -rf "$D/t"
faulty 1 'close:EIO:*:d/t/size-1000003' "$S/t" "$D/t"
says 'size-1000003'
absent "$D/t/size-1000003"
