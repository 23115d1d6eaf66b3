# A trailing slash asks for a directory.
# fs: tmpfs
cd "$D"
echo content >file
ln -s file link
copy_rc 1 file/ new
copy_rc 1 link/ new
copy_rc 1 file new/
absent new
