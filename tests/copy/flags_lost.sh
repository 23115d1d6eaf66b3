# Flags that the destination does not know are a loss; the others are set.
# fs: ext4:tmpfs btrfs:ext4 btrfs:xfs
case $src_fs in
ext4) make_flags "$S/tree" SdA; lost=S ;;
btrfs) make_flags "$S/tree" CdA; lost=C ;;
esac
copy_rc 1 -v "$S/tree" "$D/copy"
says "file-$lost' lost its flags"
says 'could not hold flags of [23] objects'
lsattr -d "$D/copy/file-d" | grep -q '^[^ ]*d'
lsattr -d "$D/copy/dir-A" | grep -q '^[^ ]*A'
copy_rc 0 --lossy "$S/tree" "$D/lossy"
says 'could not hold flags of [23] objects'
