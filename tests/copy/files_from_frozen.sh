# Names that come back to a directory which is immutable, append-only or read-only in the source.
# fs: ext4 tmpfs
make_flags "$S/tree" ai
printf '%s\0' dir-i dir-a file-i dir-i/inside file-a dir-a/inside >list
copy -j1 --files0-from=list "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
same_flags "$S/tree" "$D/copy"
mkdir -p "$S/user/d/sub" "$S/user/e" "$D/user"
for i in {1..20}; do
	echo "$i" | tee "$S/user/d/a$i" "$S/user/d/sub/b$i" >"$S/user/e/c$i"
	printf '%s\0' "d/a$i" "e/c$i" "d/sub/b$i"
done >list
chmod 555 "$S/user/d" "$S/user/d/sub"
chown -R 65534:65534 "$S/user" "$D/user"
become_nobody
for threads in 1 8; do
	copy -j$threads --files0-from=- "$S/user" "$D/user/$threads" <list
	same "$S/user" "$D/user/$threads"
	copy -j$threads -uv --no-preserve=atime --files0-from=- "$S/user" "$D/user/$threads" <list
	is "$(cat "$work/out")" ''
done
