# Completion reads the index, too: a line in it that is not understood does not end the dialogue.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone web
echo junk >>/etc/zones/index
python3 - <<-'END' || fail 'the dialogue went wrong'
	from dialogue import Dialogue
	d = Dialogue('-z', 'new')
	d.expect('zonecfg:new> ')
	d.type('create -t w\t')
	d.expect('zonecfg:new> create -t web ')
	d.type('\r')
	d.expect('zonecfg:new> ')
	d.type('exit -F\r')
	d.end(0)
END
