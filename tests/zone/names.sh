# Zones' names: which there can be, and renaming.
# fs: tmpfs
. "$tests/zone/lib.sh"
longest=$(printf 'n%.0s' $(seq 63))
for name in a 0 7.3 a_b-c.d "$longest" Global globall; do
	make_zone "$name"
done
for name in '' -a .a _a a/b 'a b' a:b 'a
b' ä "${longest}n" global; do
	zonecfg_rc 2 -z "$name" 'create; set zonepath=/zones/x'
	zonecfg_rc 2 -z "$name" info
done
erred '"global" is the host itself'
for name in SUNW SUNWx SUNWdefault; do
	refuses 'names beginning with SUNW are kept for templates' -z "$name" 'create; set zonepath=/zones/x'
	refuses 'SUNW' -z a "set zonename=$name"
done
for name in global a/b '' '"b c"' "${longest}n"; do
	refuses 'zonename: ' -z a "set zonename=$name"
done
registry_sound
# A rename keeps everything else, and the place in the index.
zonecfg -z a 'set bootargs=mine; add attr; set name=x; set type=string; set value=y; end'
zonecfg -z a export
cp out before
zonecfg -z a 'set zonename=renamed; commit; info zonename'
said_only 'zonename: renamed'
is "$(sed -n '4p' /etc/zones/index)" 'renamed:configured:/zones/a:'
absent /etc/zones/a.xml
zonecfg -z renamed export
cmp out before
refuses 'a: No such zone configured' -z a info
registry_sound
# A name that is taken, by a zone or by a file that is nobody's.
refuses 'there is a zone 0 already' -z renamed 'set zonename=0'
cp /etc/zones/renamed.xml /etc/zones/stray.xml
refuses '/etc/zones/stray.xml is there, but the index knows no such zone' \
	-z renamed 'set zonename=stray'
refuses '/etc/zones/stray.xml is there' -z stray 'create; set zonepath=/zones/stray'
rm /etc/zones/stray.xml
# To itself, and there and back, is nothing.
before=$(stored)
zonecfg -z renamed 'set zonename=renamed'
zonecfg -z renamed 'set zonename=other; set zonename=renamed'
is "$(stored)" "$before"
# The old name is free at once; the place is not.
zonecfg_beside -z a 'create; set zonepath=/zones/a'
zonecfg -z renamed delete\ -F
registry_sound
