# Input that is no dialogue is one transaction, in all its forms: 0 means that all of it was done,
# and with 1 nothing was.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone a
good='set autoboot=true'
# shellcheck disable=SC2089,SC2090 # quotes of zonecfg's language
for wrong in 'set autoboot=maybe' nonsense 'add fs; end' \
	'remove fs' 'commit; set nothing=1' 'set bootargs="x' \
	'clear zonepath' 'info nothing' 'select attr name=none' 'create' 'delete' 'verify; cancel' \
	'commit; add fs; commit' 'add fs; set dir=/x; set special=/x; set type=lofs; delete -F'; do
	# As operands, one or several.
	refuses 'zonecfg: ' -z a "$good; $wrong"
	erred 'nothing was stored'
	# shellcheck disable=SC2086
	refuses 'zonecfg: ' -z a $good\; $wrong
	# As a file, named in messages with the line.
	printf '%s\n' '# a comment' '' "$good" "$wrong" 'set bootargs=after' >commands
	refuses "commands:4: " -z a -f commands
	refuses 'standard input:4: ' -z a -f - <commands
	refuses 'standard input:4: ' -z a <commands
done
# What was committed before the error is not stored either, nor what stands behind it.
refuses 'nonsense' -z a 'set bootargs=x; commit; nonsense; commit'
# An error behind exit is never reached.
zonecfg -z a 'set bootargs=x; exit; nonsense'
is "$(xml_of a /zone/@bootargs)" x
# The end of the input in the middle of a resource.
refuses 'the fs was not ended: "end" or "cancel" is missing' -z a 'add fs; set dir=/x'
refuses 'the fs was not ended' -z a 'add fs; exit -F'
# Nothing to do is no error, and changes no byte.
before=$(stored) inode=$(inode /etc/zones/a.xml)
for nothing in '' '# only a comment' 'commit' 'set bootargs=x' 'verify; commit; exit' 'revert -F' \
	'add fs; cancel' 'set bootargs=y; set bootargs=x' 'select net' 'info; export; help'; do
	[ "$nothing" != 'select net' ] || continue
	zonecfg -z a -f - <<<"$nothing"
	is "$(stored)" "$before"
	is "$(inode /etc/zones/a.xml)" "$inode"
done
# A zone that was never created.
for command in info verify commit export 'set autoboot=true' delete 'add fs' revert; do
	refuses 'none: No such zone configured' -z none "$command"
	refuses "Use 'create' to begin configuring a new zone." -z none "$command"
done
# Created and deleted again: there never was one.
zonecfg -z none 'create; set zonepath=/zones/none; delete -F'
no index_line none
absent /etc/zones/none.xml
# Large input.
{
	echo 'create; set zonepath=/zones/many'
	for i in $(seq 1 2000); do
		echo "add attr; set name=n$i; set type=uint; set value=$i; end"
	done
} >commands
zonecfg -z many -f commands
is "$(xml_of many 'count(/zone/attr)')" 2000
head -c 2000000 /dev/zero | tr '\0' '\n' >commands
refuses 'commands is larger than 1048576 bytes' -z a -f commands
head -c 3000 /dev/urandom >commands
zonecfg_rc 1 -z a -f commands
refuses 'cannot open nowhere: No such file or directory' -z a -f nowhere
refuses 'cannot read .: Is a directory' -z a -f .
registry_sound
