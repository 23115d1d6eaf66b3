# A value as large as any can be; more names than fit a small buffer.
# fs: xfs
make_xattrs "$S/tree" 65000
for i in {1..200}; do
	setfattr -n "user.$(printf "%0200d" "$i")" -v "$i" "$S/tree/many"
done
copy "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
