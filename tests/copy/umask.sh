# The umask changes nothing about a copy that keeps modes.
# fs: ext4 xfs btrfs tmpfs
make_basic "$S/tree/basic"
make_modes "$S/tree/modes"
make_special "$S/tree/special"
for mask in 0777 0 077; do
	(umask $mask && copy "$S/tree" "$D/copy-$mask") || exit 1
	same "$S/tree" "$D/copy-$mask"
done
