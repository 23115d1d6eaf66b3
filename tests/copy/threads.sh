# One thread, and far more than there is work for.
# fs: tmpfs
make_basic "$S/tree"
make_links "$S/tree/links"
for n in 1 3 64; do
	copy --threads=$n "$S/tree" "$D/copy-$n"
	same "$S/tree" "$D/copy-$n"
done
