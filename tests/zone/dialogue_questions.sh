# ^C and ^D at a question mean no; the next question is asked like the first.
# fs: tmpfs
. "$tests/zone/lib.sh"
python3 - <<-'END' || fail 'the dialogue went wrong'
	from dialogue import Dialogue
	QUESTION = 'The changes are not stored and would be lost; really quit (y/[n])? '
	for key in '\x03', '\x04':
	    d = Dialogue('-z', 'a')
	    d.expect('zonecfg:a> ')
	    d.line('create', 'zonecfg:a> ')
	    for _ in range(2):
	        d.line('exit', QUESTION)
	        d.type(key)
	        d.expect('\nzonecfg:a> ')
	    d.line('exit', QUESTION)
	    d.type('y\r')
	    d.end(1)
END
is "$(names_in /etc/zones)" ''
