# A file system that accepts owners and modes and forgets them: losses, not silent ones. Contents,
# names and times are whole.
# fs: ext4:ntfs ext4:vfat-quiet
make_basic "$S/tree"
rm -r "$S/tree/other" "$S/tree/dir/link"
chown -R 5:6 "$S/tree/dir"
chmod 640 "$S/tree/dir/text"
copy_rc 1 "$S/tree" "$D/copy"
is "$(rsync -rcn --delete --itemize-changes "$S/tree/" "$D/copy/")" ''
says 'could not hold owner of [0-9]+ objects?'
says 'could not hold mode of [0-9]+ objects?'
