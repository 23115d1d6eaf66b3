# --update leaves what is the same: the same inodes, not even their ctimes moved.
# fs: tmpfs ext4 xfs btrfs ext4:btrfs
make_everything "$S/tree"
copy "$S/tree" "$D/copy"
(cd "$D/copy" && find . -printf '%i %C@ %p\0' | sort -z) >before
copy --update --json -T "$S/tree" "$D/copy"
(cd "$D/copy" && find . -printf '%i %C@ %p\0' | sort -z) >after
cmp before after
is "$(json repaired) $(json replaced) $(json hard_links) $(json files)" '0 0 0 0'
