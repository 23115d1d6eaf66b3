# --help and --version go to standard output with status 0; each option that help names is known.
# fs: tmpfs
copy --help
prints '^Usage: treecp '
cp out help
copy --version
prints '^treecp [0-9]+\.[0-9]+\.[0-9]+$'
for option in $(grep -Eo '^ .{6}--[a-z0-9-]+' help | grep -o -- '--.*'); do
	treecp "$option" 2>/dev/null || true
	no grep -q 'unrecognized' err
done
treecp --help >/dev/null
# Output that cannot be written is not a success.
no timeout 10 "$TREECP" --help >/dev/full 2>err
