# In a set-group-id directory the copy keeps its own groups and modes.
# fs: ext4 xfs btrfs tmpfs
make_basic "$S/tree/basic"
make_modes "$S/tree/modes"
mkdir "$D/shared"
chgrp 4321 "$D/shared"
chmod 2777 "$D/shared"
copy "$S/tree" "$D/shared/copy"
same "$S/tree" "$D/shared/copy"
copy "$S/tree/basic/size-1" "$D/shared"
is "$(stat -c '%a %g' "$D/shared/size-1")" "$(stat -c '%a %g' "$S/tree/basic/size-1")"
