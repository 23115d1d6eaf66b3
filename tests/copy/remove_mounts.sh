# --remove: what is mounted inside is an error and stays, with the directories that lead there; all
# else goes. So does a tree that is a mount point itself.
# fs: ext4 xfs btrfs tmpfs
make_basic "$S/tree"
mkdir -p "$S/tree/a/b/mount" "$S/tree/bind" "$S/outside"
echo outside >"$S/outside/file"
mount -t tmpfs tmpfs "$S/tree/a/b/mount"
mkdir "$S/tree/a/b/mount/dir"
echo other | tee "$S/tree/a/b/mount/file" "$S/tree/a/b/beside" >"$S/file"
mount --bind "$S/outside" "$S/tree/bind"
touch "$S/tree/file-mount"
mount --bind "$S/file" "$S/tree/file-mount"
for option in -n -j2; do
	copy_rc 1 --remove --json $option "$S/tree"
	says "will not remove what is mounted at '$S/tree/a/b/mount'"
	says "will not remove what is mounted at '$S/tree/bind'"
	says "cannot remove '$S/tree/file-mount': .*busy|is mounted at '$S/tree/file-mount'"
	is "$(json errors)" 3
	is "$(json left)" 6
done
is "$(names_in "$S")" \
	'file outside outside/file tree tree/a tree/a/b tree/a/b/mount tree/a/b/mount/dir tree/a/b/mount/file tree/bind tree/bind/file tree/file-mount'
is "$(cat "$S/file" "$S/outside/file" | tr '\n' ' ')" 'other outside '
# A frozen file that is mounted in the tree is not thawed.
if [ "$src_fs" != tmpfs ]; then
	chattr +i "$S/file"
	copy_rc 1 --remove "$S/tree"
	lsattr "$S/file" | grep -q '^....i' || fail 'thawed what is not in the tree'
	chattr -i "$S/file"
fi
umount "$S/tree/file-mount" "$S/tree/bind"
mkdir "$D/top" && mount -t tmpfs tmpfs "$D/top" && echo x >"$D/top/x"
copy_rc 1 --remove "$D/top"
is "$(cat "$D/top/x")" x
umount "$S/tree/a/b/mount"
copy --remove "$S/tree"
is "$(names_in "$S")" 'file outside outside/file'
