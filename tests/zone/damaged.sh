# Damaged and hostile files: one clear error that names the file, and the line where there is one;
# other zones go on, nothing hangs, and delete -F gets rid of it.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone good
make_zone bad
file=/etc/zones/bad.xml
cp $file sane
cp /etc/zones/index index

# bad PATTERN: with what is there now. One message, and it is about this file.
bad() {
	local command
	for command in export 'set autoboot=true' 'create; set zonepath=/zones/x'; do
		zonecfg_rc 1 -z bad "$command"
		grep -Eaq -- "$1" err || fail "'$1' is not in: $(cat err)"
	done
	zonecfg_rc 1 -z bad info
	is "$(grep -cv 'cannot be read: restore its file, "delete -F" it, or ' err)" 1
	if [ -e $file ] || [ -L $file ]; then
		zonecfg_rc 1 -z new 'create -t bad; set zonepath=/zones/new'
		grep -Eaq -- "$1" err || fail "'$1' is not in: $(cat err)"
	fi
	# The others.
	zonecfg -z good info
	zonecfg -z good 'set bootargs=x; set bootargs='
	zoneadm_rc 0 list -c
	is "$(tr '\n' ' ' <out)" 'global good bad '
	# What is well-formed is not looked at more closely there.
	timeout 60 "$ZONEADM" list -cv >out 2>err || [ $? -eq 1 ]
	said 'good             configured     /zones/good'
	# It goes, whatever it is, and comes back.
	zonecfg_rc 0 -z bad 'delete -F'
	absent $file
	no index_line bad
	registry_sound
	cp sane $file
	cp index /etc/zones/index
}

# altered PATTERN SED-COMMAND: the file, changed like this.
altered() {
	sed "$2" sane >$file
	no cmp -s sane $file
	bad "$1"
}
# replaced PATTERN: the file is what comes in.
replaced() {
	cat >$file
	bad "$1"
}
zone() {
	echo '<zone name="bad" zonepath="/zones/bad" autoboot="false"'"$1"
}
at='/etc/zones/bad\.xml:[0-9]+: '
replaced "$at" </dev/null
replaced "$at" <<<'not XML'
replaced "$at" <<<'<zone'
replaced "$at" < <(head -c 100 sane)
replaced "$at" < <(head -c 3000 /dev/urandom)
replaced "$at" < <(head -c 3000 /dev/zero)
replaced "$at.*root element must be <zone>" <<<'<zones/>'
altered "$at" 's/autoboot="false"/autoboot="perhaps"/'
altered "$at" 's/autoboot="false"//'
altered "$at.*ip-type: \"both\" is not" 's/ip-type="shared"/ip-type="both"/'
altered "$at.*zonepath: \"relative\" is not" 's,zonepath="/zones/bad",zonepath="relative",'
altered "$at.*control character|$at" 's,zonepath="/zones/bad",zonepath="/zones/\&#9;",'
altered "$at" 's,zonepath="/zones/bad",zonepath="/zones/\xff",'
altered "$at" 's/<zone /<zone new-thing="1" /'
altered "$at" 's/autoboot="false"/autoboot="false" autoboot="true"/'
altered 'it is the configuration of zone evil, not of bad' 's/name="bad"/name="evil"/'
replaced "$at" < <(zone '><unknown/></zone>')
replaced "$at" < <(zone '>text</zone>')
replaced "$at" < <(zone ' version="2"/>')
replaced "$at" < <(zone '><device match="/dev/x"><device match="/dev/y"/></device></zone>')
# Entities, inside and outside; another DTD; processing instructions; includes.
entity='it declares an entity, which no zone'
replaced "$at$entity" < <(echo '<!DOCTYPE zone [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
	<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'; zone ' bootargs="&c;"/>')
replaced "$at$entity" < <(echo '<!DOCTYPE zone [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
	zone '>&x;</zone>')
replaced "$at$entity" < <(echo '<!DOCTYPE zone [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]>'
	zone '/>')
replaced "$at" < <(echo '<!DOCTYPE zone [<!ATTLIST zone evil CDATA "x">]>'; zone ' evil="1"/>')
replaced "$at" < <(echo '<!DOCTYPE zone [<!ELEMENT zone ANY>]>'; zone '><evil/></zone>')
replaced "$at" < <(zone ' bootargs="&undefined;"/>')
replaced "$at" < <(zone '><xi:include xmlns:xi="http://www.w3.org/2001/XInclude"
	href="/etc/passwd" parse="text"/></zone>')
# Large and deep.
replaced 'larger than 1048576 bytes' \
	< <(echo '<!--'; head -c 1100000 /dev/zero | tr '\0' x; echo '-->'; zone '/>')
replaced "$at" < <(zone '>'; for _ in {1..300}; do printf '<a>%.0s' {1..100}; done)
replaced "$at" < <(zone '>'; printf '<device match="/dev/%s"/>\n' {1..5000}; echo '</zone>')
replaced "$at" < <(zone " bootargs=\"$(head -c 5000 /dev/zero | tr '\0' x)\"/>")
# Things that are no file of root's.
swap() {
	rm -rf $file
	"${@:2}"
	bad "/etc/zones/bad\.xml.*$1"
}
swap 'no symbolic link' ln -s "$work/sane" $file
swap 'no symbolic link' ln -s nowhere $file
swap 'must be a regular file' mkfifo $file
swap 'no symbolic link|must be a regular file' mknod $file c 1 5
swap 'belongs to user 65534' install -o 65534 -m 644 sane $file
swap 'writable by others' install -m 664 sane $file
swap 'writable by others' install -m 646 sane $file
swap 'is missing, but /etc/zones/index has the zone' true

# A directory in its place cannot be removed by us: that is said, and nothing else is changed.
rm $file
mkdir $file
zonecfg_rc 1 -z bad info
erred '/etc/zones/bad.xml: it must be a regular file'
refuses '/etc/zones/bad.xml is a directory' -z bad 'delete -F'
rmdir $file
cp sane $file

# Anew over the damaged one.
echo damaged >$file
zonecfg_rc 0 -z bad 'create -F; set zonepath=/zones/anew'
is "$(xml_of bad /zone/@zonepath)" /zones/anew
registry_sound

# What others may write: the directories.
for directory in /etc/zones /etc/zones/.transaction; do
	mode=$(stat -c %a $directory)
	chmod g+w $directory
	zonecfg_rc 1 -z good 'set autoboot=true'
	erred "$directory is writable by others"
	chmod "$mode" $directory
	chown 65534 $directory
	zonecfg_rc 1 -z good 'set autoboot=true'
	erred "$directory belongs to user 65534"
	chown 0 $directory
done
chmod 777 /run/zones
zonecfg_rc 1 -z good 'set autoboot=true'
erred '/run/zones is writable by others'
chmod 700 /run/zones
mv /etc/zones /etc/elsewhere
ln -s elsewhere /etc/zones
zonecfg_rc 1 -z good info
erred '/etc/zones: it must be a directory, and no symbolic link'
rm /etc/zones
mv /etc/elsewhere /etc/zones
is "$(xml_of good /zone/@autoboot)" false
registry_sound
