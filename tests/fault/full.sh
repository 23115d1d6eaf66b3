# fs: tmpfs:ext4 tmpfs:xfs tmpfs:btrfs tmpfs:tmpfs
# A destination that is really full: 3, a message, no lies; with room made, --update completes.
. "$1/fault/faults.bash"
kind=$(stat -f -c %T "$D")
[ "$kind" != tmpfs ] || mount -o remount,size=20M "$D"
case $kind in
ext*) free=f ;; # root may take what is reserved, too
*) free=a ;;
esac
room=$(($(stat -f -c "%$free * %S" "$D")))
fallocate -l $((room - 6000000)) "$D/ballast" 2>/dev/null || true
mkdir "$S/t"
for i in $(seq 300); do random $((i * 40)) >"$S/t/$i"; done
random 7000000 >"$S/t/large"
mkdir "$S/t/dir" && cp "$S/t"/1* "$S/t/dir"
copy_rc 3 -j2 "$S/t" "$D/t"
says 'No space left'
no_lies "$S/t" "$D/t"
no_leftovers "$D"
rm "$D/ballast" 2>/dev/null || true
[ "$kind" != tmpfs ] || mount -o remount,size=60M "$D"
if [ $(($(stat -f -c '%a * %S' "$D"))) -lt 12000000 ]; then # too small for all of it, ever
	rm "$S/t/large" && rm -f "$D/t/large"
fi
copy -u -T "$S/t" "$D/t"
same_by_rsync "$S/t" "$D/t"
# A limit on the size of files is no full disk.
[ "$kind" != tmpfs ] || {
	(ulimit -f 3000 && copy_rc 1 "$S/t" "$D/u")
	says 'large.*too large'
	absent "$D/u/large"
	diff -r "$S/t/dir" "$D/u/dir"
}
