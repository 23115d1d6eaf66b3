# Hard links among the names are kept, those not named do not matter.
# fs: tmpfs
make_links "$S/tree"
printf '%s\0' c/d/file-3 a/fifo b/file-2 c/d/fifo-3 >list
copy --files0-from=list "$S/tree" "$D/copy"
is "$(inode "$D/copy/c/d/file-3")" "$(inode "$D/copy/b/file-2")"
is "$(inode "$D/copy/c/d/fifo-3")" "$(inode "$D/copy/a/fifo")"
is "$(stat -c %h "$D/copy/a/fifo")" 2
