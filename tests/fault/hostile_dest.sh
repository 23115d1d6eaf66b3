# fs: tmpfs:ext4 tmpfs:tmpfs
# Somebody else owns the destination and acts while root copies into it. What lies outside of it must
# not change in the least: a canary tree stands for that.
. "$1/fault/faults.bash"
mkdir "$D/canary" "$D/evil" && mkdir -m 700 "$D/canary/sub"
echo canary | tee "$D/canary"/{f1,f2,f3,sub/f1} >/dev/null
chmod 600 "$D/canary"/f? && touch -d 2001-01-01 "$D/canary"/f?
mkdir -p "$S/t/sub/deep"
for i in $(seq 60); do echo source >"$S/t/f$i"; echo source >"$S/t/sub/f$i"; echo x >"$S/t/sub/deep/$i"; done
chown -R 1000:1000 "$S/t" && chmod -R 777 "$S/t"
before=$(fingerprint "$D/canary")
untouched() {
	[ "$(fingerprint "$D/canary")" = "$before" ] || fail "$*: the canary: $(fingerprint "$D/canary")"
}

# A directory and a symbolic link to the canary, exchanged again and again.
mkdir -p -m 777 "$D/evil/t/sub/deep"
chown -R 1000 "$D/evil"
ln -s "$D/canary" "$D/evil/t/link"
start "$helpers/fault_churn" exchange "$D/evil/t/sub" "$D/evil/t/link"
for _ in $(seq 8); do
	for option in --update --overwrite; do
		treecp -j2 $option -T "$S/t" "$D/evil/t" || [ $? -eq 1 ] || fail "status $?"
		untouched "a directory exchanged, $option"
	done
done
stop_all

# A file and a symbolic link, and a hard link, to the canary's.
rm -rf "$D/evil/t" && mkdir -m 777 "$D/evil/t" && echo mine >"$D/evil/t/f1"
ln -s "$D/canary/f1" "$D/evil/t/link"
start "$helpers/fault_churn" exchange "$D/evil/t/f1" "$D/evil/t/link"
for _ in $(seq 8); do
	for option in --update --overwrite ''; do
		treecp -j2 $option -T "$S/t" "$D/evil/t" || [ $? -eq 1 ] || fail "status $?"
		untouched "a file exchanged, $option"
	done
done
stop_all

# Planted: hard links with the same size and time as the source, so that --update takes them for
# copies; symbolic links; with their targets' names.
for option in --update --overwrite ''; do
	rm -rf "$D/evil/t" && mkdir -m 777 "$D/evil/t"
	printf 'sourc\n\n' >"$S/t/f2" && touch -d 2001-01-01 "$S/t/f2"
	for i in 1 2 3; do ln "$D/canary/f$i" "$D/evil/t/f$i"; done
	ln -s "$D/canary" "$D/evil/t/sub"
	ln -s "$D/canary/f1" "$D/evil/t/f4"
	treecp -j2 $option -T "$S/t" "$D/evil/t" || [ $? -eq 1 ] || fail "status $?"
	rm -rf "$D/evil/t"
	is "$(stat -c '%U %a %y' "$D/canary/f2")" 'root 600 2001-01-01 00:00:00.000000000 +0000'
	is "$(cat "$D/canary"/f? "$D/canary/sub/f1" | sort -u)" canary
	absent "$D/canary/deep" "$D/canary/f60"
done
