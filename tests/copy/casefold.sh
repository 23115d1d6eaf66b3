# Names that become one in a directory without regard to case: a conflict, no silent merge.
# fs: tmpfs:ext4-casefold
mkdir "$S/tree"
echo lower >"$S/tree/name"
echo upper >"$S/tree/NAME"
mkdir "$D/copy"
chattr +F "$D/copy"
copy_rc 1 --no-preserve=flags -T "$S/tree" "$D/copy"
says "(name|NAME)' exists"
is "$(ls "$D/copy" | wc -l)" 1
