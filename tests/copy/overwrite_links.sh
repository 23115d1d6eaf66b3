# --overwrite over an earlier copy: hard links are the source's again.
# fs: tmpfs ext4
make_links "$S/tree"
copy "$S/tree" "$D/copy"
copy --overwrite -j8 -T "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
