# --update replaces what differs in type, size, mtime, target or device; content alone is not read.
# fs: tmpfs ext4 xfs
make_basic "$S/tree/basic"
make_special "$S/tree/special"
copy "$S/tree" "$D/copy"
cd "$D/copy"
echo longer-than-it-was >basic/dir/text
touch basic/size-1
ln -sfn elsewhere basic/dir/link
rm special/chr special/fifo basic/size-4095
mknod special/chr c 9 9
echo not-a-fifo >special/fifo
mkfifo basic/size-4095
ln -s "$S/tree/basic/size-65536" basic/replacement
mv -f basic/replacement basic/size-65536
cp -p "$S/tree/basic/size-65536" "$work/original"
copy --update --json -T "$S/tree" "$D/copy"
is "$(json replaced)" 7
same "$S/tree" "$D/copy"
cmp "$work/original" "$S/tree/basic/size-65536"
