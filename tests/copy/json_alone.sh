# With --json standard output is that one object, whatever else there is to tell.
# fs: tmpfs
make_basic "$S/tree"
copy_rc 0 --json -v "$S/tree" "$D/copy"
python3 -m json.tool out >/dev/null
copy_rc 0 --json --dry-run "$S/tree" "$D/copy2"
python3 -m json.tool out >/dev/null
echo TEXT >"$D/copy/dir/text"
touch -r "$S/tree/dir/text" "$D/copy/dir/text"
copy_rc 1 --json --verify --update -T "$S/tree" "$D/copy"
python3 -m json.tool out >/dev/null
copy_rc 1 --json --compare "$S/tree" "$D/copy"
python3 -m json.tool out >/dev/null
