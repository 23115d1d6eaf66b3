# --remove: immutable and append-only flags are taken off, but where the object lives on.
# fs: ext4 xfs btrfs tmpfs
need_cmd lsattr chattr
has() { lsattr -d "$1" | grep -Eq "^[^ ]*$2" || fail "$1 has no $2"; }
mkdir -p "$S"/tree/{dir/sub,append,empty,many} "$S"/outside
echo x | tee "$S"/tree/{dir/{a,b},dir/sub/c,append/d,i,a,ia,linked} >/dev/null
for i in {1..300}; do echo "$i" >"$S/tree/many/$i"; done
chattr +i "$S"/tree/many/{1..300}
# Names of one file, for several workers at once, and one outside.
mkdir "$S"/tree/links{1..8}
for i in {1..8}; do ln "$S/tree/linked" "$S/tree/links$i/name"; done
ln "$S/tree/linked" "$S/outside/linked"
chattr +i "$S"/tree/{i,linked,dir/a,dir/sub,empty,many}
chattr +a "$S"/tree/{a,append,dir}
chattr +ia "$S/tree/ia"
copy_rc 0 --remove -n "$S/tree"
has "$S/tree/i" i
copy --remove -j4 "$S/tree"
is "$(names_in "$S")" 'outside outside/linked'
has "$S/outside/linked" i
is "$(stat -c %h "$S/outside/linked")" 1
chattr -i "$S/outside/linked"
# The directory that the tree is in is not part of it.
mkdir "$S/tree" && echo x >"$S/tree/file"
chattr +i "$S"
copy_rc 1 --remove "$S/tree"
says "cannot remove '$S/tree': Operation not permitted"
chattr -i "$S"
is "$(names_in "$S")" 'outside outside/linked tree'
# What stays for another reason is frozen again.
mkdir -p "$S/tree/dir/mount" && echo x >"$S/tree/dir/file" && chattr +i "$S/tree/dir"
mount -t tmpfs tmpfs "$S/tree/dir/mount"
copy_rc 1 --remove "$S/tree"
has "$S/tree/dir" i
absent "$S/tree/dir/file"
umount "$S/tree/dir/mount"
copy --remove "$S/tree"
