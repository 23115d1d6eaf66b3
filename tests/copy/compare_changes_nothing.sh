# --compare changes nothing on either side, atimes neither.
# fs: ext4 btrfs
make_basic "$S/tree"
copy "$S/tree" "$D/copy"
rm "$D/copy/size-1"
touch "$D/copy/size-4095" "$D/copy/new"
before=$(list_stat "$S/tree" | grep -v ^a; list_stat "$D/copy" | grep -v ^a)
moving_atimes
copy_rc 1 --compare "$S/tree" "$D/copy"
still_atimes
is "$(list_stat "$S/tree" | grep -v ^a; list_stat "$D/copy" | grep -v ^a)" "$before"
