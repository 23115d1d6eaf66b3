# --exclude-from: a pattern a line, comments and empty lines apart; both options together.
# fs: tmpfs
mkdir "$S/tree"
touch "$S/tree"/{a,b,c,'#d',e,' f'}
printf '# comment\n; comment\n\na\nb\n\\#d' >list
copy --exclude-from=list --exclude=e --json "$S/tree" "$D/copy"
is "$(json excluded)" 4
is "$(ls "$D/copy" | tr '\n' ',')" ' f,c,'
copy --exclude-from=- "$S/tree" "$D/copy2" <list
is "$(ls "$D/copy2" | tr '\n' ',')" ' f,c,e,'
copy_rc 2 --exclude-from=nowhere "$S/tree" "$D/copy3"
says nowhere
