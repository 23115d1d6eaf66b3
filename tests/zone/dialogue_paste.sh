# Many lines at once, as from the clipboard: all of them are carried out.
# fs: tmpfs
. "$tests/zone/lib.sh"
python3 - <<-'END' || fail 'the dialogue went wrong'
	from dialogue import Dialogue
	d = Dialogue('-z', 'a')
	d.expect('zonecfg:a> ')
	notes = [f'add attr\nset name=n{i}; set type=int\nset value={i}\nend\n' for i in range(30)]
	d.type('create\nset zonepath=/zones/a\n' + ''.join(notes) + 'commit\nexit\n')
	d.end(0)
END
is "$(xml_of a 'sum(/zone/attr/@value)')" 435
registry_sound
