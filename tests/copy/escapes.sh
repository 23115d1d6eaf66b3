# No control character of a name, a target or an attribute reaches the terminal.
# fs: ext4:ramfs
make_names "$S/tree"
for path in "$S"/tree/*; do setfattr -h -n trusted.$'a\x1b[7mb' -v x "$path"; done
ln -s $'target\x1b[31m\n' "$S/tree/target"
ln -s 'right-to-left'$'\xe2\x80\xae' "$S/tree/"$'bidi\xe2\x80\xae'
unsafe() {
	LC_ALL=C grep -P '[\x00-\x08\x0b-\x1f\x7f\xff]|\xe2\x80\xae' out err | cat -v | grep .
}
copy_rc 1 -v "$S/tree" "$D/copy"
no unsafe
says 'new\\nline'
prints '\\033\[31m'
copy_rc 1 -v -T "$S/tree" "$D/copy"
no unsafe
says "new\\\\nline' exists"
copy_rc 1 -n -v -T "$S/tree" "$D/copy"
no unsafe
ln -sfn $'other\x1b[31m\n' "$D/copy/target"
treecp --compare "$S/tree" "$D/copy" || true
no unsafe
is "$(grep -vc '^/' out)" 0
