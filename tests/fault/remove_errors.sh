# fs: tmpfs ext4
# What cannot be removed is told, with all else gone; what vanishes is no error.
. "$1/fault/faults.bash"
make_basic "$S/t"
faulty 1 'unlinkat:EIO:*:text' --remove --json "$S/t"
says "cannot remove '$S/t/dir/text': Input/output error"
is "$(json errors) $(json left)" '1 3'
is "$(names_in "$S")" 't t/dir t/dir/text'
make_basic "$S/t"
faulty 1 'unlinkat:EIO:*:subsub' --remove "$S/t"
is "$(names_in "$S")" 't t/dir t/dir/sub t/dir/sub/subsub'
make_basic "$S/t"
faulty 1 'openat:EIO:*:subsub' --remove --json "$S/t"
says "cannot open '$S/t/dir/sub/subsub': Input/output error"
is "$(json errors) $(json left)" '1 4'
is "$(names_in "$S")" 't t/dir t/dir/sub t/dir/sub/subsub t/dir/sub/subsub/deep'
faulty 1 'getdents64:EIO:*:/subsub' --remove "$S/t"
says "cannot list '$S/t/dir/sub/subsub': Input/output error"
faulty 1 'statx:EIO:*:subsub' --remove "$S/t"
says "cannot open '$S/t/dir/sub/subsub': Input/output error"
faulty 0 'unlinkat:ENOENT:1' --remove -j1 --json "$S/t"
is "$(json left) $(json files)" '0 1' # it was there all the same
absent "$S/t"
# Storage that fails when a flag is to be taken off is what is told, not that the flag is there.
if [ "$src_fs" = ext4 ]; then
	mkdir "$S/flags" && touch "$S/flags/file"
	for frozen in "$S/flags/file" "$S/flags"; do
		chattr +i "$frozen"
		faulty 1 'ioctl:EIO:*' --remove "$S/flags"
		says "cannot remove '$S/flags/file': Input/output error"
		silent_about 'not permitted'
		chattr -i "$frozen"
	done
fi
# No memory ends it.
make_basic "$S/t"
faulty 3 'unlinkat:ENOMEM:3' --remove "$S/t"
says 'stopped early'
copy --remove "$S/t"
# Names that a directory's reading did not show are found when it turns out not to be empty; one
# that shows none, ever, is an error.
make_basic "$S/t"
faulty 0 'getdents64:zero:1' --remove -j1 "$S/t"
absent "$S/t"
make_basic "$S/t"
faulty 1 'getdents64:zero:*:/subsub' --remove "$S/t"
says "cannot remove '$S/t/dir/sub/subsub': Directory not empty"
faulty 0 'pthread_create:EAGAIN:*' --remove "$S/t"
absent "$S/t"
# Few descriptors for a moment.
for error in EMFILE ENFILE; do
	make_basic "$S/t"
	faulty 0 "openat:$error:%3" --remove -j2 "$S/t"
	absent "$S/t"
done
# Others remove it, too: no more than the top can be missed.
for _ in $(seq 5); do
	mkdir "$S/t" && "$helpers/fault_plant" deep "$S/t" 300 && cp -r "$S/t" "$S/t.copy"
	mv "$S/t.copy" "$S/t/copy"
	start rm -rf "$S/t" 2>/dev/null
	FAULT=unlinkat:slow:%50 treecp --remove -j2 "$S/t" || [ $? -eq 1 ] || fail "status $?"
	! grep -v "'$S/t'\|not everything" err || fail 'another error'
	wait "${started[@]}" || true
	started=()
	rm -rf "$S/t"
done
