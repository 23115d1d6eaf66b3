# 64 descriptors are enough for any tree, with as many threads as may be.
# fs: tmpfs
make_everything "$S/tree"
make_deep "$S/tree/many/0" 20
for i in {1..60}; do cp -a "$S/tree/many/0" "$S/tree/many/$i"; done
(ulimit -n 64 && copy -j16 "$S/tree" "$D/copy") || exit 1
same "$S/tree" "$D/copy"
