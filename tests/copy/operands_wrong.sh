# Command lines that make no sense are refused before anything is written: status 2.
# fs: tmpfs
cd "$D"
echo content | tee file >other
mkdir dir
for line in '' 'file' '-t dir' 'file dir file' 'file other new' '-t file other' '-T file dir other' \
	'--no-such-option file new' '--threads=0 file new' '-j x file new' '--reflink=maybe file new' \
	'--sparse=no file new' '--preserve=colour file new' '--preserve= file new' \
	'--update --overwrite file new' '--exclude= file new' '--compare file' \
	'--compare file other dir' '-t nowhere file' 'file other nowhere'; do
	# shellcheck disable=SC2086 # several words
	copy_rc 2 $line
	[ -s "$work/err" ] || fail "nothing was said about: $line"
done
copy_rc 2 '' new
copy_rc 2 file ''
is "$(names_in .)" 'dir file other'
