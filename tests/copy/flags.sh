# Inode flags of files and directories, immutable and append-only ones included.
# fs: ext4 xfs btrfs tmpfs ext4:btrfs
case $src_fs in
ext4) flags=AdaiSD ;;
xfs) flags=AdaiS ;;
btrfs) flags=AdaiSDcCm ;;
tmpfs) flags=Adai ;;
esac
make_flags "$S/tree" $flags
copy "$S/tree" "$D/copy"
same "$S/tree" "$D/copy"
same_flags "$S/tree" "$D/copy"
