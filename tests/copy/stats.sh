# --stats prints a table, -v a line for each object, neither prints anything else.
# fs: tmpfs
make_basic "$S/tree"
copy "$S/tree" "$D/quiet"
[ ! -s out ] || fail 'output though none was asked for'
copy --stats "$S/tree" "$D/stats"
prints '^files +11$'
prints '^bytes found +[0-9]+ '
prints '^threads +[0-9]+$'
copy -v "$S/tree" "$D/verbose"
is "$(grep -c "^created '" out)" "$(find "$S/tree" -printf x | wc -c)"
copy -v --update -T "$S/tree" "$D/verbose"
[ ! -s out ] || fail "unchanged and yet: $(cat out)"
chmod 640 "$D/verbose/size-1"
copy -v --update -T "$S/tree" "$D/verbose"
is "$(cat out)" "repaired '$D/verbose/size-1'"
echo >"$D/verbose/size-4095"
copy -v --update -T "$S/tree" "$D/verbose"
prints "^replaced '$D/verbose/size-4095'$"
