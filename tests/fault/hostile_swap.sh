# fs: tmpfs:ext4 tmpfs:tmpfs
# The owner of the destination exchanges two directories that root is just making there. What a
# private directory of the source holds may then not be found in one that is open to all.
. "$1/fault/faults.bash"
for i in $(seq 150); do
	mkdir "$S/t" 2>/dev/null || true
	mkdir -m 755 "$S/t/o$i" && mkdir -m 700 "$S/t/p$i"
	echo open >"$S/t/o$i/file" && echo secret >"$S/t/p$i/secret"
done
chown 1000 "$S/t"
for round in $(seq 8); do
	to=$D/$round
	mkdir "$to" && chown 1000 "$to"
	for i in 40 80 120; do start "$helpers/fault_churn" exchange "$to/o$i" "$to/p$i"; done
	treecp -j2 -T "$S/t" "$to" || [ $? -eq 1 ] || fail "status $?"
	stop_all
	found=$(find "$to" -name secret -printf '%h\n' | while read -r dir; do
		[ "$(stat -c %a "$dir")" = 700 ] || echo "$dir"
	done)
	[ -z "$found" ] || fail "a secret in a directory open to all: $found"
done
