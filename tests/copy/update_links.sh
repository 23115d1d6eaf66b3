# --update makes one object of names that should be one, and several of names that should not.
# fs: tmpfs ext4
make_links "$S/tree"
copy "$S/tree" "$D/copy"
cd "$D/copy"
cp -p --remove-destination a/file b/unlinked && mv b/unlinked b/file-2
ln -f a/file z/in-1
copy --update -T "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
# Two objects that were one, with another name each: whichever of the names come first, they part.
mkdir -p "$S/two/1" "$S/two/2" "$D/one/1" "$D/one/2"
for i in {1..50}; do
	echo same | tee "$S/two/2/a$i" "$S/two/2/b$i" "$D/one/2/a$i" >/dev/null
	ln "$S/two/2/a$i" "$S/two/1/c$i"
	ln "$S/two/2/b$i" "$S/two/1/d$i"
	touch -d 2001-01-01 "$S/two/2"/*"$i" "$D/one/2/a$i"
	ln "$D/one/2/a$i" "$D/one/2/b$i"
done
copy --update -j8 -T "$S/two" "$D/one"
same "$S/two" "$D/one"
