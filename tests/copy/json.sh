# --json: one object, with the counts of what is there.
# fs: tmpfs
make_basic "$S/tree"
make_special "$S/tree/special"
make_sparse "$S/tree/sparse"
ln "$S/tree/size-1" "$S/tree/linked"
copy --json "$S/tree" "$D/copy"
python3 -m json.tool out >/dev/null
is "$(json files)" "$(($(find "$S/tree" -type f -printf x | wc -c) - 1))"
is "$(json hard_links)" 1
is "$(json directories)" "$(find "$S/tree" -type d -printf x | wc -c)"
is "$(json symlinks)" "$(find "$S/tree" -type l -printf x | wc -c)"
is "$(json char_devices) $(json block_devices) $(json fifos) $(json sockets)" '3 1 1 1'
is "$(json errors) $(json conflicts) $(json losses) $(json exit_status)" '0 0 0 0'
copy_rc 1 --json -T "$S/tree" "$D/copy"
is "$(json conflicts) $(json exit_status) $(json files)" "$(find "$S/tree" ! -type d -printf x | wc -c) 1 0"
copy_rc 2 --json
[ ! -s out ] || fail 'output for a wrong command line'
