# --update brings immutable and append-only objects in line, too, and replaces them.
# fs: ext4 tmpfs
make_flags "$S/tree" ai
copy "$S/tree" "$D/copy"
chattr -ai "$S"/tree/*
chown 5:5 "$S/tree/file-i" "$S/tree/dir-a"
echo more | tee -a "$S/tree/file-a" >"$S/tree/dir-a/new"
chattr +a "$S"/tree/*-a
chattr +i "$S"/tree/*-i
copy --update -T "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
same_flags "$S/tree" "$D/copy"
