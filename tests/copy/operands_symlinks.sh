# A symbolic link as SOURCE is copied as a link, with a trailing slash as what it points to; one as
# DEST to a directory is that directory, any other is an existing object.
# fs: tmpfs
cd "$D"
mkdir dir out
echo content >dir/file
ln -s dir link
ln -s nowhere dangling
copy link out
is "$(readlink out/link)" dir
copy link/ out/tree
is "$(names_in out/tree)" file
copy dangling out
is "$(readlink out/dangling)" nowhere
copy_rc 1 dir/file dangling
says "'dangling' exists"
absent nowhere
copy --overwrite dir/file dangling
is "$(cat dangling)" content
absent nowhere
