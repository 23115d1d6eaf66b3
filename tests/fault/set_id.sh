# fs: tmpfs:ext4 tmpfs:tmpfs
# At no moment has a copy a set-id bit, or rights for others, before it has the owner it is to have.
. "$1/fault/faults.bash"
mkdir -m 777 "$S/t" "$D/t"
for i in $(seq 400); do echo x >"$S/t/$i"; done
chown 1234:1234 "$S/t"/* && chmod 6711 "$S/t"/*
for i in $(seq 5 5 400); do setfattr -n user.slow -v down "$S/t/$i"; done
"$helpers/fault_watch" "$D/t" 1234 6711 >"$work/seen" &
watcher=$!
for _ in $(seq 8); do
	copy -j2 -T "$S/t" "$D/t"
	copy -j2 --overwrite -T "$S/t" "$D/t"
	find "$D/t" -mindepth 1 -delete
done
kill $watcher 2>/dev/null || true
wait $watcher || fail "seen: $(cat "$work/seen")"
# Where the owner cannot be kept, neither can the bits.
faulty 1 'fchownat:EPERM:*' -j2 -T "$S/t" "$D/t"
is "$(find "$D/t" -perm /6000 -type f | wc -l)" 0
