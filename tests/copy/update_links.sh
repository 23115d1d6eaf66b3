# --update makes one object of names that should be one, and several of names that should not.
# fs: tmpfs ext4
make_links "$S/tree"
copy "$S/tree" "$D/copy"
cd "$D/copy"
cp -p --remove-destination a/file b/unlinked && mv b/unlinked b/file-2
ln -f a/file z/in-1
copy --update -T "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
