# zoneadm uninstall holds no lock while a person thinks, and looks again at the zone when the answer
# is there.
# fs: tmpfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
zonepath=$S/zones/a
install_zone a "$zonepath"
python3 - "$zonepath" <<-'END' || fail 'the dialogue went wrong'
	import os, subprocess, sys
	from dialogue import Dialogue
	QUESTION = 'Really remove all files of zone a (y/[n])? '
	zonepath = sys.argv[1]

	def asked():
	    d = Dialogue('-z', 'a', 'uninstall', program='ZONEADM')
	    d.expect(QUESTION)
	    return d

	def meanwhile(program, *arguments):
	    subprocess.run([os.environ[program], '-z', 'a', *arguments], check=True)

	# It cannot be uninstalled any more.
	d = asked()
	meanwhile('ZONEADM', 'detach')
	d.type('y\r')
	d.end(1)
	d.shows('zone a is configured, so it cannot be uninstalled')
	assert os.path.exists(zonepath + '/root/etc/hostname')
	meanwhile('ZONEADM', 'attach')
	# Two are asked, and changed by a third.
	d, other = asked(), asked()
	meanwhile('ZONECFG', 'set autoboot=true')
	other.type('n\r')
	other.end(0)
	assert os.path.exists(zonepath + '/root/etc/hostname')
	d.type('y\r')
	d.end(0)
	assert not os.path.exists(zonepath)
END
is "$(index_line a)" "a:configured:$zonepath:"
nothing_left
