# Control characters in what the command line names do not reach the terminal either.
# fs: tmpfs
unsafe() {
	LC_ALL=C grep -P '[\x00-\x08\x0b-\x1f\x7f\xff]|\xe2\x80\xae' out err | cat -v | grep .
}
copy_rc 1 $'no\x1b[31m' "$D/x"
no unsafe
for bad in $'--files0-from=\x1b[31m' $'--exclude-from=\x1b[31m' $'--reflink=\x1b[31m' $'-t\x1b[31m'; do
	copy_rc 2 "$bad" "$S" "$D/x"
	no unsafe
done
copy_rc 2 -T a b $'\x1b[31m'
no unsafe
