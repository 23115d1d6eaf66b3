# A source that does not exist is named; the others are copied. A parent that does not exist is
# not made.
# fs: tmpfs
cd "$D"
mkdir dir
echo content >file
copy_rc 1 nowhere file dir
says "'nowhere'.*No such file"
is "$(names_in dir)" file
copy_rc 1 nowhere new
absent new
copy_rc 1 file no/where
says "No such file"
copy_rc 1 file file/below
says "Not a directory"
is "$(names_in .)" 'dir dir/file file'
