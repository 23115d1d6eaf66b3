# 10,000 levels: paths a hundred times longer than a path can be, with few descriptors.
# fs: tmpfs ext4
need_cmd python3
make_deep "$S/tree" 10000 100
(ulimit -n 64 && copy "$S/tree" "$D/copy") || exit 1
cat >list.py <<'END'
import os, sys
fd, depth = os.open(sys.argv[1], os.O_RDONLY), 0
while fd >= 0:
    st, names = os.stat(fd), sorted(os.listdir(fd))
    print(depth, oct(st.st_mode), st.st_mtime_ns, names)
    down = [n for n in names if n[0] == "d"]
    new = os.open(down[0], os.O_RDONLY, dir_fd=fd) if down else -1
    os.close(fd)
    fd, depth = new, depth + 1
END
python3 list.py "$S/tree" >a
python3 list.py "$D/copy" >b
is "$(wc -l <a)" 10001
same_text 'deep trees' a b
copy_rc 0 --compare "$S/tree" "$D/copy"
