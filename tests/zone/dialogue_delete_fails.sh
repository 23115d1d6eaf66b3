# A delete that fails in a dialogue has failed: the zone is there, can be looked at, and is not
# deleted later at the exit.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone a
make_zone b
python3 - <<-'END' || fail 'the dialogue went wrong'
	import os, subprocess
	from dialogue import Dialogue
	# It was changed meanwhile; what the message advises works.
	d = Dialogue('-z', 'a')
	d.expect('zonecfg:a> ')
	subprocess.run([os.environ['ZONECFG'], '-z', 'a', 'set bootargs=theirs'], check=True)
	d.line('delete -F', 'by another command: "revert" reads it again\nzonecfg:a> ')
	d.line('revert -F', 'zonecfg:a> ')
	d.line('info bootargs', 'bootargs: theirs\nzonecfg:a> ')
	d.type('exit\r')
	d.end(0)
	# Somebody installs it, and uninstalls it again: the delete in between stays refused.
	d = Dialogue('-z', 'b')
	d.expect('zonecfg:b> ')
	subprocess.run(['sed', '-i', 's/^b:configured:/b:installed:/', '/etc/zones/index'],
	               check=True)
	d.line('delete', 'Really delete zone b (y/[n])? ')
	d.line('y', 'zonecfg:b> ')
	d.shows('zone b is installed, so its configuration cannot be deleted')
	subprocess.run(['sed', '-i', 's/^b:installed:/b:configured:/', '/etc/zones/index'],
	               check=True)
	d.line('info zonename', 'zonename: b\nzonecfg:b> ')
	d.type('exit\r')
	d.end(0)
END
is "$(index_line a)" a:configured:/zones/a:
is "$(index_line b)" b:configured:/zones/b:
registry_sound
