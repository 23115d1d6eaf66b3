# What is typed into a terminal that speaks UTF-8 is taken as it is.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone a
LC_ALL=C.UTF-8 python3 - <<-'END' || fail 'the dialogue went wrong'
	from dialogue import Dialogue
	d = Dialogue('-z', 'a')
	d.expect('zonecfg:a> ')
	d.line('set bootargs="k\u00e4se \u20ac"', 'zonecfg:a> ')
	d.line('info bootargs', 'bootargs: "k\u00e4se \u20ac"\nzonecfg:a> ')
	d.type('exit\r')
	d.end(0)
END
is "$(xml_of a /zone/@bootargs)" $'k\xc3\xa4se \xe2\x82\xac'
