# Times before 1970 and after 2038, to the nanosecond, of every kind of object; of directories,
# after all that is made in them.
# fs: ext4 xfs btrfs tmpfs
make_times "$S/tree"
list_stat "$S/tree" >before
moving_atimes
copy "$S/tree" "$D/copy"
still_atimes
list_stat "$D/copy" >copy
same_text times before copy
