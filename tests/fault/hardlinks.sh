# fs: tmpfs:ext4
# Hard links in large numbers: the structure is exact, and what cannot be is told.
. "$1/fault/faults.bash"
need_any_method
# Many groups over several directories, each group met by several workers.
mkdir "$S/farm" && "$helpers/fault_plant" farm "$S/farm" 1000 50 7
for threads in 1 8; do
	copy -j$threads "$S/farm" "$D/farm"
	same_groups "$S/farm" "$D/farm"
	is "$(find "$D/farm" -type f -printf '%i\n' | sort -u | wc -l)" 1000
	rm -r "$D/farm"
done
# Names met while the first is still being copied in pieces: more of them than may wait.
mkdir "$S/big"{,/{1,2,3,4,5,6,7,8}}
truncate -s 34M "$S/first"
random 5000000 | dd of="$S/first" bs=1M seek=20 conv=notrunc status=none
for i in 1 2 3 4 5 6 7 8; do
	"$helpers/fault_plant" links "$S/big/$i" "$S/first" 1300
done
for _ in 1 2; do
	copy -j8 "$S/big" "$D/big"
	is "$(find "$D/big" -type f -links 10400 | wc -l)" 10400
	cmp "$S/big/1/0" "$D/big/8/77"
	rm -r "$D/big"
done
# The first name fails: the others are not lost with it.
mkdir "$S/some" && random 40000 >"$S/some/x" && "$helpers/fault_plant" links "$S/some" "$S/some/x" 40
faulty 1 'pwrite:EIO:1' -j8 "$S/some" "$D/some"
is "$(find "$D/some" -type f -links 40 | wc -l)" 40
# Immutable, with several names, some of them outside of the tree; then one more.
mkdir "$D/frozen" "$D/frozen/in"
echo text >"$D/frozen/in/a"
ln "$D/frozen/in/a" "$D/frozen/in/b"
ln "$D/frozen/in/a" "$D/frozen/outside"
chattr +i "$D/frozen/in/a"
copy -j4 "$D/frozen/in" "$D/thawed"
lsattr "$D/thawed/b" | grep -q '^[^ ]*i' || fail 'not immutable'
is "$(stat -c %h "$D/thawed/a")" 2
# Another name comes to a frozen inode, whose copy is frozen, too: linked, or told.
chattr -i "$D/frozen/in/a"
ln "$D/frozen/in/a" "$D/frozen/in/c"
chattr +i "$D/frozen/in/a"
treecp -u -T "$D/frozen/in" "$D/thawed" || says 'links'
cmp "$D/frozen/in/c" "$D/thawed/c"
# An immutable file replaces another: the flag comes after the name.
chattr -i "$D/thawed"/? && rm "$D/thawed"/? && echo other >"$D/thawed/a"
copy --overwrite -T "$D/frozen/in" "$D/thawed"
no_leftovers "$D"
is "$(cat "$D/thawed/a")" text
lsattr "$D/thawed/a" | grep -q '^[^ ]*i' || fail 'not immutable'
chattr -i "$D/frozen/in/a" "$D/thawed/a"
# Names that are one file in the destination and two in the source are taken apart; what else is
# linked to them stays as it is.
mkdir "$S/two" "$D/two"
echo same | tee "$S/two/a" "$S/two/b" "$D/other" >/dev/null
touch -d 2001-01-01 "$S/two"/? "$D/other" && chmod 600 "$D/other"
ln "$D/other" "$D/two/a" && ln "$D/other" "$D/two/b"
copy -u -T "$S/two" "$D/two"
same_by_rsync "$S/two" "$D/two"
is "$(stat -c '%a %h' "$D/other")" '600 1'
# A list has one name several times, and workers link it at once: nothing is left behind.
mkdir "$S/list" "$S/list/d"
echo text | tee "$S/list/a" "$S/list/d/"{1,2,3} >/dev/null
ln "$S/list/a" "$S/list/b"
{
	printf 'a\0%.0s' {1..600} # so that it is there when "b" comes
	printf '%s\0' b d/1 b d/2 b d/3 b
} >list
for _ in 1 2 3; do
	mkdir "$D/list" && echo other >"$D/list/b"
	faulty 0 'renameat2:slow:*' -j8 --overwrite --files0-from=list "$S/list" "$D/list"
	same_by_rsync "$S/list" "$D/list"
	rm -r "$D/list"
done
