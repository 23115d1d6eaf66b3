# How a dialogue ends: what would be lost is asked for, and only a yes loses it.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone a
before=$(stored)
python3 - <<-'END' || fail 'the dialogue went wrong'
	from dialogue import Dialogue, replay
	UNFINISHED = 'The fs is not ended and would be lost; really quit (y/[n])? '
	UNSTORED = 'The changes are not stored and would be lost; really quit (y/[n])? '
	CTRL_C, CTRL_D = '\x03', '\x04'

	# An unfinished resource; every answer but a yes stays.
	d = Dialogue('-z', 'a')
	d.expect('zonecfg:a> ')
	d.line('set bootargs=kept', 'zonecfg:a> ')
	d.line('add fs', 'zonecfg:a:fs> ')
	d.line('exit', UNFINISHED)
	d.line('', 'zonecfg:a:fs> ')
	d.line('exit', UNFINISHED)
	d.line('what?', UNFINISHED)
	d.line('No', 'zonecfg:a:fs> ')
	d.type(CTRL_D)
	d.expect(UNFINISHED)
	d.line('n', 'zonecfg:a:fs> ')
	d.line('cancel', 'zonecfg:a> ')
	d.line('revert', 'Really forget all changes since the last commit (y/[n])? ')
	d.line('n', 'zonecfg:a> ')
	d.line('info bootargs', 'bootargs: kept\nzonecfg:a> ')
	d.line('revert', 'Really forget all changes since the last commit (y/[n])? ')
	d.line('y', 'zonecfg:a> ')
	d.line('info bootargs', 'bootargs:\nzonecfg:a> ')
	d.type('exit\r')
	d.end(0)

	# What cannot be stored, as it is not complete; status 1 tells that it was lost.
	d = Dialogue('-z', 'b')
	d.expect('zonecfg:b> ')
	d.line('create', 'zonecfg:b> ')
	d.line('exit', UNSTORED)
	d.shows('zonepath is not set')
	d.line('', 'zonecfg:b> ')
	d.type(CTRL_D)
	d.expect(UNSTORED)
	d.line('y', '')
	d.end(1)

	# exit -F asks nothing.
	d = Dialogue('-z', 'b')
	d.expect('zonecfg:b> ')
	d.line('create; add net', 'zonecfg:b:net> ')
	d.type('exit -F\r')
	d.end(1)
	d.shows_not('(y/[n])')

	# The end of the input at the question, too, ends it.
	d = Dialogue('-z', 'b')
	d.expect('zonecfg:b> ')
	d.line('create', 'zonecfg:b> ')
	d.type(CTRL_D)
	d.expect(UNSTORED)
	d.type(CTRL_D)
	d.end(1)

	# Nothing was changed: nothing is asked.
	d = Dialogue('-z', 'a')
	d.expect('zonecfg:a> ')
	d.type(CTRL_D)
	d.end(0)
	d = Dialogue('-z', 'b')
	d.expect('zonecfg:b> ')
	d.line('info', "zonecfg:b> ")
	d.shows("info\nb: No such zone configured\nUse 'create' to begin configuring a new zone.\n")
	d.type('exit\r')
	d.end(0)
END
is "$(stored)" "$before"
# ^D stores what can be stored, as exit does; -f - on a terminal is a dialogue.
python3 - <<-'END' || fail 'the dialogue went wrong'
	from dialogue import Dialogue
	d = Dialogue('-z', 'b', '-f', '-')
	d.expect("Use 'create' to begin configuring a new zone.\nzonecfg:b> ")
	d.line('create; set zonepath=/zones/b', 'zonecfg:b> ')
	d.type('\x04')
	d.end(0)
	d.shows_not('(y/[n])')

	# Questions before something goes.
	d = Dialogue('-z', 'b')
	d.expect('zonecfg:b> ')
	d.line('create', 'Zone b exists already; create it anew (y/[n])? ')
	d.line('n', 'zonecfg:b> ')
	d.line('info zonepath', 'zonepath: /zones/b\nzonecfg:b> ')
	d.line('create', 'Zone b exists already; create it anew (y/[n])? ')
	d.line('y', 'zonecfg:b> ')
	d.line('info zonepath', 'zonepath:\nzonecfg:b> ')
	d.line('revert -F', 'zonecfg:b> ')
	d.line('add attr; set name=x; set type=string; set value=1; end', 'zonecfg:b> ')
	d.line('add attr; set name=y; set type=string; set value=2; end', 'zonecfg:b> ')
	d.line('remove attr', 'Really remove all 2 resources attr (y/[n])? ')
	d.line('n', 'zonecfg:b> ')
	d.line('remove attr', 'Really remove all 2 resources attr (y/[n])? ')
	d.line('y', 'zonecfg:b> ')
	d.line('info attr', 'The zone has no attr.\nzonecfg:b> ')
	d.line('delete', 'Really delete zone b (y/[n])? ')
	d.line('n', 'zonecfg:b> ')
	d.line('delete', 'Really delete zone b (y/[n])? ')
	d.line('yes', 'zonecfg:b> ')
	d.type('exit\r')
	d.end(0)
END
is "$(stored)" "$(sed "/b:conf/d" <<<"$(stored)")"
absent /etc/zones/b.xml
no index_line b
registry_sound
# An error in a dialogue does not end it, and it can be put right: that is a success.
python3 - <<-'END' || fail 'the dialogue went wrong'
	from dialogue import Dialogue
	d = Dialogue('-z', 'c')
	d.expect('zonecfg:c> ')
	d.line('create', 'zonecfg:c> ')
	d.line('set zonepath=relative', 'zonecfg:c> ')
	d.shows('zonepath: "relative" is not an absolute path')
	for wrong in 'set autoboot=maybe', 'nonsense':
	    d.line(f'set zonepath=/zones/c; {wrong}; set autoboot=true',
	           'not carried out.\nzonecfg:c> ')
	    d.line('info autoboot', 'autoboot: false\nzonecfg:c> ')
	d.line('commit', 'zonecfg:c> ')
	d.type('exit\r')
	d.end(0)
END
is "$(xml_of c /zone/@zonepath)" /zones/c
# Standard input that is no terminal: no prompts, no questions.
zonecfg -z d <<-'END'
	create
	set zonepath=/zones/d
	info zonepath
END
said_only 'zonepath: /zones/d'
registry_sound
