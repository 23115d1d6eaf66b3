# Project ids and their inheritance; ids that a child does not share with its directory.
# fs: xfs
make_projects "$S/tree"
copy "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
same_projects "$S/tree" "$D/copy"
# The destination's own project is not inherited by the copy.
mkdir "$D/in-project"
xfs_io -c 'chproj 99' -c 'chattr +P' "$D/in-project"
copy "$S/tree" "$D/in-project"
same_projects "$S/tree" "$D/in-project/tree"
same "$S/tree" "$D/in-project/tree"
