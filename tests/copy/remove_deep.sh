# --remove: 10,000 levels, with few descriptors; and many directories at once.
# fs: tmpfs ext4 xfs btrfs
need_cmd python3
make_deep "$S/tree" 10000 100
mkdir "$S/tree/side" && make_basic "$S/tree/side/basic"
(ulimit -n 64 && copy --remove -j4 "$S/tree") || exit 1
is "$(names_in "$S")" ''
make_basic "$S/tree/a/b/c"
make_wide "$S/tree/wide" 5000
(cd "$S/tree/wide" && seq -f 'd%.0f/e' 2000 | xargs mkdir -p)
for i in {1..100}; do mkdir -p "$S/tree/x$i/y/z" && echo x | tee "$S/tree/x$i"/{f,y/f,y/z/f} >/dev/null; done
(ulimit -n 24 && copy --remove -j8 "$S/tree") || exit 1
is "$(names_in "$S")" ''
