# A dialogue holds no lock while a person thinks: what another command does meanwhile is not undone.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone a
make_zone c
make_zone d
python3 - <<-'END' || fail 'the dialogue went wrong'
	import os, subprocess
	from dialogue import Dialogue

	def zonecfg(zone, commands):
	    subprocess.run([os.environ['ZONECFG'], '-z', zone, commands], check=True)

	# Changed meanwhile.
	d = Dialogue('-z', 'a')
	d.expect('zonecfg:a> ')
	d.line('set autoboot=true', 'zonecfg:a> ')
	zonecfg('a', 'set bootargs=theirs')
	CHANGED = 'zone a was changed meanwhile by another command: "revert" reads it again\n'
	d.line('commit', CHANGED + 'zonecfg:a> ')
	d.line('exit',
	       CHANGED + 'The changes are not stored and would be lost; really quit (y/[n])? ')
	d.line('n', 'zonecfg:a> ')
	d.line('info autoboot', 'autoboot: true\nzonecfg:a> ')
	d.line('revert -F', 'zonecfg:a> ')
	d.line('info bootargs', 'bootargs: theirs\nzonecfg:a> ')
	d.line('set autoboot=true; commit', 'zonecfg:a> ')
	# Its own commit is no other command's.
	d.line('set fs-allowed=ext4; commit', 'zonecfg:a> ')
	# Also by a change that was changed back.
	d.line('set cpu-shares=2', 'zonecfg:a> ')
	zonecfg('a', 'set bootargs=x')
	zonecfg('a', 'set bootargs=theirs')
	d.line('commit', CHANGED + 'zonecfg:a> ')
	# Deleted meanwhile; deleted and created again.
	zonecfg('a', 'delete -F')
	d.line('commit', 'zone a was deleted or renamed meanwhile by another command\nzonecfg:a> ')
	zonecfg('a', 'create; set zonepath=/zones/newer')
	d.line('commit', CHANGED + 'zonecfg:a> ')
	d.line('revert -F; info zonepath', 'zonepath: /zones/newer\nzonecfg:a> ')
	d.type('exit\r')
	d.end(0)

	# Created meanwhile.
	d = Dialogue('-z', 'b')
	d.expect('zonecfg:b> ')
	d.line('create; set zonepath=/zones/mine', 'zonecfg:b> ')
	zonecfg('b', 'create; set zonepath=/zones/theirs')
	d.line('commit', 'there is a zone b already: choose another name\nzonecfg:b> ')
	d.line('set zonename=b2; commit', 'zonecfg:b2> ')
	d.type('exit\r')
	d.end(0)

	# Renamed meanwhile.
	d = Dialogue('-z', 'c')
	d.expect('zonecfg:c> ')
	d.line('set bootargs=mine', 'zonecfg:c> ')
	zonecfg('c', 'set zonename=renamed')
	d.line('commit', 'zone c was deleted or renamed meanwhile by another command\nzonecfg:c> ')
	d.type('exit -F\r')
	d.end(1)

	# Installed meanwhile, which writes no XML.
	d = Dialogue('-z', 'd')
	d.expect('zonecfg:d> ')
	d.line('set zonepath=/zones/elsewhere', 'zonecfg:d> ')
	subprocess.run(['sed', '-i', 's/^d:configured:/d:installed:/', '/etc/zones/index'],
	               check=True)
	d.line('commit', 'zonecfg:d> ')
	d.shows('zone d is installed, so what its installation was made from cannot be changed')
	d.line('delete', 'Really delete zone d (y/[n])? ')
	d.line('y', 'zonecfg:d> ')
	d.shows('zone d is installed, so its configuration cannot be deleted')
	d.type('exit -F\r')
	d.end(1)
END
is "$(xml_of a /zone/@zonepath)" /zones/newer
is "$(xml_of b /zone/@zonepath) $(xml_of b2 /zone/@zonepath)" '/zones/theirs /zones/mine'
is "$(xml_of renamed /zone/@bootargs)" ''
is "$(index_line d)" 'd:installed:/zones/d:'
registry_sound
