# --verify finds what --update had no reason to look at: other content of the same size and mtime.
# fs: tmpfs ext4
mkdir "$S/tree"
echo right | tee "$S/tree/good" >"$S/tree/bad"
touch -d 2001-01-01 "$S"/tree/*
copy "$S/tree" "$D/copy"
echo wrong >"$D/copy/bad"
touch -d 2001-01-01 "$D/copy/bad"
copy --update -T "$S/tree" "$D/copy"
is "$(cat "$D/copy/bad")" wrong
copy_rc 1 --update --verify --json -T "$S/tree" "$D/copy"
grep -q "bad: content" out err
no grep -q good out err
