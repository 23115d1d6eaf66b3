# fs: ext4
# One object that cannot be read costs itself, is reported once, and the rest is copied.
. "$1/fault/faults.bash"
need_any_method
make_basic "$S/t"
random 40000000 >"$S/t/large"
setfattr -n user.x -v y "$S/t/size-4096"
# what fails, and what is then not there
while read -r fault missing; do
	faulty 1 "$fault" --json "$S/t" "$D/t"
	is "$(json errors)" 1
	says "$missing"
	[ "$fault" = 'flistxattr:EIO:*:size-4096' ] || [ "$fault" = 'fgetxattr:ERANGE:*:size-4096' ] \
		|| absent "$D/t/$missing"
	no_lies "$S/t" "$D/t"
	copy -uT "$S/t" "$D/t"
	same "$S/t" "$D/t"
	rm -r "$D/t"
done <<-END
	pread:EIO:*:size-4096 size-4096
	pread:EIO:2+:t/large,copy_file_range:EXDEV:* large
	copy_file_range:EIO:1:t/large large
	openat:EIO:*:size-4097 size-4097
	openat:EACCES:*:sub dir/sub
	statx:EIO:1:size-1000003 size-1000003
	fgetxattr:ERANGE:*:size-4096 size-4096
	flistxattr:EIO:*:size-4096 size-4096
END
# A directory whose reading fails half-way: told, and what was read before is there.
faulty 1 'getdents64:EIO:2+:t/other' "$S/t" "$D/t"
says 'other'
is "$(names_in "$D/t/other")" "$(names_in "$S/t/other")"
