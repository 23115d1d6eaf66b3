# --remove by a user: own directories without rights are given them; what is not the user's to
# remove is an error each, and the rest goes. Root needs no rights.
# fs: tmpfs ext4
make_closed() {
	mkdir -p "$1"/{none/{deep,empty},noread,nowrite/sub,nosearch/sub,open}
	echo x | tee "$1"/{none/deep,noread,nowrite,nowrite/sub,nosearch,nosearch/sub,open}/file >/dev/null
	chmod 0 "$1/none/deep" "$1/none/empty" "$1/none/deep/file" "$1/none"
	chmod 300 "$1/noread"
	chmod 500 "$1/nowrite"
	chmod 600 "$1/nosearch"
}
make_closed "$S/tree"
copy --remove "$S/tree"
is "$(names_in "$S")" ''
make_closed "$S/tree"
mkdir -p "$S/tree/foreign/sub" "$S/tree/shared" "$S/tree/open/foreign-empty"
echo x | tee "$S/tree/foreign/file" "$S/tree/foreign/sub/file" "$S/tree/shared/theirs" >/dev/null
chown -hR 65534:65534 "$S" && chown -hR 0:0 "$S/tree/foreign" "$S/tree/shared"
chown 0:0 "$S/tree/open/foreign-empty"
chmod 1777 "$S/tree/shared"
become_nobody
touch "$S/tree/shared/ours" && chown 65534 "$S/tree/shared/ours"
copy_rc 1 --remove --json "$S/tree"
is "$(names_in "$S")" \
	'tree tree/foreign tree/foreign/file tree/foreign/sub tree/foreign/sub/file tree/shared tree/shared/theirs'
is "$(json left) $(json errors)" '7 3'
says "cannot remove '$S/tree/foreign/file': Permission denied"
says "cannot remove '$S/tree/foreign/sub/file': Permission denied"
says "cannot remove '$S/tree/shared/theirs': Operation not permitted"
