# fs: ext4 tmpfs:ext4
# Somebody else owns the source and exchanges names while root reads it: nothing from outside of it
# may appear in the copy, and nothing may hang.
. "$1/fault/faults.bash"
mkdir -p "$S/secret/deep" "$S/t/dir/deep"
echo SECRET | tee "$S/secret"/{a,b,deep/c} >/dev/null
for i in $(seq 50); do echo fine | tee "$S/t/dir/$i" "$S/t/dir/deep/$i" "$S/t/$i" >/dev/null; done
ln -s "$S/secret" "$S/t/link"
echo fine >"$S/t/file" && mkfifo "$S/t/fifo" && ln -s "$S/secret/a" "$S/t/file-link"
mkdir "$S/t/as-dir"
start "$helpers/fault_churn" exchange "$S/t/dir" "$S/t/link"
start "$helpers/fault_churn" exchange "$S/t/file" "$S/t/fifo" "$S/t/file-link" "$S/t/as-dir"
for _ in $(seq 40); do
	treecp -j2 "$S/t" "$D/t" || [ $? -eq 1 ] || fail "status $?"
	! grep -rqs --devices=skip SECRET "$D/t" || fail 'a secret was copied'
	# Read through --compare, too.
	treecp --compare "$S/t" "$D/t" || [ $? -eq 1 ] || fail "status $?"
	rm -rf "$D/t"
done
stop_all
