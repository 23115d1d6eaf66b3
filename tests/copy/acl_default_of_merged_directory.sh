# Merging into a directory that has a default ACL: what is made in it gets none, and the directory
# ends with what its source has, that is none.
# fs: ext4 tmpfs
make_basic "$S/tree"
mkdir -p "$D/copy/dir"
setfacl -d -m u:1000:rwx "$D/copy" "$D/copy/dir"
copy -T "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
