# --verify agrees with a good copy, of several operands too, and counts what it has read.
# fs: ext4 xfs:btrfs tmpfs
make_everything "$S/tree"
copy --verify --json "$S/tree" "$D/copy"
is "$(json differences)" 0
is "$(json verified)" "$(find "$S/tree" -printf x | wc -c)"
same "$S/tree" "$D/copy"
make_links "$S/more"
make_basic "$S/other"
mkdir "$D/both"
copy --verify --sync "$S/more" "$S/other" "$D/both"
same "$S/more" "$D/both/more"
# With what is there already.
copy --verify --update -T "$S/tree" "$D/copy"
