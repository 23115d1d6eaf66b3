# Line editing in a terminal: history, completion from the tables and the registry, ^C.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone web-server 'add net; set physical=eth0; set address=192.0.2.1; end'
make_zone web-client
mkdir -p "$work/dirs/directory-one"
: >"$work/dirs/file-one"
python3 - "$work/dirs" <<-'END' || fail 'the dialogue went wrong'
	import sys
	from dialogue import Dialogue
	UP, DOWN, CTRL_A, CTRL_C, CTRL_U, TAB = '\x1b[A', '\x1b[B', '\x01', '\x03', '\x15', '\t'

	def completes(typed, then, listed=''):
	    """What TAB makes of the line; what it lists. The line is dropped afterwards."""
	    dialogue.type(typed + TAB)
	    dialogue.expect((f'\n{listed}\n' if listed else '') + prompt + then)
	    dialogue.type(CTRL_U)
	    dialogue.expect(prompt)

	prompt = 'zonecfg:new> '
	dialogue = Dialogue('-z', 'new')
	dialogue.expect(prompt)
	completes('cre', 'create ')
	completes('c', 'c', 'clear   commit  create')
	completes('zzz', 'zzz')
	completes('create -t web', 'create -t web-')
	completes('create -t web-', 'create -t web-', 'web-client  web-server')
	completes('create -t web-s', 'create -t web-server ')
	completes('create -t SUNWb', 'create -t SUNWblank ')
	dialogue.line('create -t web-s' + TAB, prompt)
	completes('add inh', 'add inherit-pkg-dir ')
	completes('add de', 'add de', 'dedicated-cpu  device')
	completes('select n', 'select net ')
	completes('select net addr', 'select net address=')
	completes('select net address=', 'select net address=192.0.2.1 ')
	completes('set zonep', 'set zonepath=')
	completes('set autoboot=', 'set autoboot=', 'false  true')
	completes('set autoboot=t', 'set autoboot=true ')
	completes('set ip-type=e', 'set ip-type=exclusive ')
	path = 'set zonepath=' + sys.argv[1]
	completes(path + '/d', path + '/directory-one/')
	completes('clear boot', 'clear bootargs ')
	completes('set hostid', 'set hostid')
	completes('help dedi', 'help dedicated-cpu ')
	completes('set autoboot=true; cle', 'set autoboot=true; clear ')
	completes('add fs; set sp', 'add fs; set special=')
	completes('add fs; ca', 'add fs; cancel ')
	completes('add fs; cancel; set zonep', 'add fs; cancel; set zonepath=')
	# In a resource, its own verbs and properties.
	prompt = 'zonecfg:new:fs> '
	dialogue.line('add fs', prompt)
	completes('ca', 'cancel ')
	completes('co', 'commit ')
	completes('create', 'create')
	completes('set sp', 'set special=')
	completes('set zonep', 'set zonep')
	completes('set type=lo', 'set type=lofs ')
	completes('add op', 'add options ')
	dialogue.line('set special=/export', prompt)
	dialogue.line('info special', 'special: /export\n' + prompt)
	# The history goes back over both scopes; a line from it can be edited.
	dialogue.type(UP)
	dialogue.expect(prompt + 'info special')
	dialogue.type(UP + UP)
	dialogue.expect(prompt + 'add fs')
	dialogue.type(DOWN)
	dialogue.expect(prompt + 'set special=/export')
	dialogue.type('/home' + CTRL_A + '\r')
	dialogue.expect(prompt)
	dialogue.line('info special', 'special: /export/home\n' + prompt)
	# ^C drops the line, and nothing else.
	dialogue.type('set special=/dropped')
	dialogue.expect(prompt + 'set special=/dropped')
	dialogue.type(CTRL_C)
	dialogue.expect('/dropped\n' + prompt)
	dialogue.line('info special', 'special: /export/home\n' + prompt)
	dialogue.line('set dir=/x; set type=lofs; end', 'zonecfg:new> ')
	prompt = 'zonecfg:new> '
	dialogue.type('set zonepath=/dropped')
	dialogue.expect(prompt + 'set zonepath=/dropped')
	dialogue.type(CTRL_C)
	dialogue.expect('/dropped\n' + prompt)
	dialogue.line('set zonepath=/zones/new', prompt)
	# A rename is in the prompt once it has happened.
	dialogue.line('set zonename=newer', prompt)
	dialogue.line('commit', 'zonecfg:newer> ')
	dialogue.type('exit\r')
	dialogue.end(0)
END
is "$(xml_of newer /zone/filesystem/@special)" /export/home
absent /etc/zones/new.xml
registry_sound
