# create and what it begins with; delete.
# fs: tmpfs
. "$tests/zone/lib.sh"
mkdir "$work/zones"
zonecfg -z first 'create; set zonepath=/zones/first
	set machine-id=0123456789abcdef0123456789abcdef
	set autoboot=true; add net; set physical=eth0; set address=192.0.2.1; end'

# -b: nothing. -t ZONE: all, also zonepath, but not the identity of the other.
zonecfg -z b 'create -b; info zonepath; export; set zonepath=/zones/b'
said_only "$(printf 'zonepath: \ncreate -b')"
zonecfg_beside -z copy 'create -t first; export'
said_only "$("$ZONECFG" -z first export | grep -v machine-id)"
is "$(index_line copy)" 'copy:configured:/zones/first:'
zonecfg -z copy info\ machine-id
said_only 'machine-id: '
# -t TEMPLATE: built in, or in /etc/zones, which goes first.
for template in SUNWblank SUNWdefault; do
	zonecfg -z "from-$template" "create -t $template; set zonepath=/zones/$template"
done
sed 's/name="[a-z-]*"/name="SUNWours"/; s/machine-id="[^"]*"//' /etc/zones/first.xml \
	>/etc/zones/SUNWours.xml
zonecfg -z SUNWours info
refuses 'which are only looked at' -z SUNWours 'set autoboot=true'
zonecfg -z ours 'create -t SUNWours; info autoboot; set zonepath=/zones/ours'
said_only 'autoboot: true'
sed 's/SUNWours/SUNWdefault/' /etc/zones/SUNWours.xml >/etc/zones/SUNWdefault.xml
zonecfg -z ours 'create -F; info autoboot; set zonepath=/zones/ours'
said_only 'autoboot: true'
zonecfg -z ours 'create -F -b; info autoboot; set zonepath=/zones/ours'
said_only 'autoboot: false'
sed -i 's/SUNWours/other/' /etc/zones/SUNWours.xml
refuses 'it is the configuration of zone other, not of SUNWours' -z x 'create -t SUNWours'
rm /etc/zones/SUNW*.xml
registry_sound
refuses 'there is no zone or template nowhere' -z x 'create -t nowhere; set zonepath=/zones/x'
refuses '"../index" is not a zone' -z x 'create -t ../index; set zonepath=/zones/x'
refuses 'create takes one of -b, -t and -a' -z x 'create -b -t first'
refuses 'create takes one of -b, -t and -a' -z x "create -t first -a $work"
refuses 'found the end of the command where the argument of -t belongs' -z x 'create -t'
refuses 'zonepath is not set: set zonepath=' -z x create

# -a: a detached zone, wherever it is now.
detached=/zones-there/old
mkdir -p "/etc/$detached"
path=/etc$detached
sed 's/name="first"/name="old"/; s,zonepath="[^"]*",zonepath="/zones/old",' /etc/zones/first.xml \
	| sed 's,</zone>,<package name="bash" version="5.2"/><patch id="1"><obsoletes id="0"/></patch>\
		<dev-perm name="null" uid="0" gid="0" mode="0666" acl=""/></zone>,' >"$path/SUNWdetached.xml"
refuses 'create -a: there is no directory /nowhere' -z att 'create -a /nowhere'
refuses '"relative" is not an absolute path' -z att 'create -a relative'
refuses 'create -a: /etc/SUNWdetached.xml is missing: this is not the zonepath of a detached zone' \
	-z att 'create -a /etc'
refuses "$path/root is missing" -z att "create -a $path/"
mkdir "$path/root"
zonecfg -z att "create -a $path/"
is "$(index_line att)" "att:configured:$path:"
is "$(xml_of att /zone/@name) $(xml_of att /zone/@zonepath)" "att $path"
is "$(xml_of att '/zone/network/@address')" 192.0.2.1
is "$(xml_of att 'count(/zone/package)')" 0
# It is the same zone as before, unlike a copy: its identity comes along.
is "$(xml_of att /zone/@machine-id)" 0123456789abcdef0123456789abcdef
zonecfg -z att delete\ -F
cp "$path/SUNWdetached.xml" manifest
hostile() {
	refuses "$1" -z att "create -a $path"
	rm -rf "$path/SUNWdetached.xml"
}
attack() {
	sed "$2" manifest >"$path/SUNWdetached.xml"
	hostile "$1"
}
attack 'SUNWdetached.xml:' 's,</zone>,,'
attack 'SUNWdetached.xml:' 's,<zone ,<zone evil="1" ,'
entity='<!ENTITY x SYSTEM "file:///etc/passwd">'
attack entity "s,<!DOCTYPE zone,& [$entity],; s,^PUBLIC.*,,; s,^ *\"file.*,,"
xinclude='xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"'
attack 'SUNWdetached.xml:' "s,<network,<$xinclude/><network,"
: >"$path/SUNWdetached.xml"
hostile 'SUNWdetached.xml'
mkfifo "$path/SUNWdetached.xml"
hostile 'it must be a regular file'
mkdir "$path/SUNWdetached.xml"
hostile 'it must be a regular file'
ln -s "$work/manifest" "$path/SUNWdetached.xml"
hostile 'no symbolic link'
install -o 1 manifest "$path/SUNWdetached.xml"
hostile 'belongs to user 1'
install -m 666 manifest "$path/SUNWdetached.xml"
hostile 'is writable by others'
cp manifest "$path/SUNWdetached.xml"
chown 65534 "$path"
refuses 'belongs to user 65534' -z att "create -a $path"
chown 0 "$path"
chmod 777 "$path"
refuses 'is writable by others' -z att "create -a $path"
ln -s "$path" /etc/link
refuses 'no symbolic link' -z att 'create -a /etc/link'

# Over a zone that exists: only with -F, and as a whole.
refuses 'say "create -F"' -z first 'create; set zonepath=/zones/anew'
zonecfg -z first 'create -F; set zonepath=/zones/anew'
is "$(xml_of first 'count(/zone/network)')" 0
is "$(index_line first)" 'first:configured:/zones/anew:'
# Half a creation leaves nothing.
refuses 'maybe' -z half 'create; set zonepath=/zones/half; commit; set autoboot=maybe'
# delete: only with -F, as nobody is there to ask.
refuses 'say "delete -F"' -z first delete
zonecfg -z first 'delete -F'
absent /etc/zones/first.xml
no index_line first
refuses 'No such zone configured' -z first 'delete -F'
registry_sound
# Without any registry, one is made.
rm -r /etc/zones /run/zones
zonecfg_rc 1 -z first info
erred 'first: No such zone configured'
make_zone first
is "$(stat -c '%a %u' /etc/zones /run/zones | tr '\n' ' ')" '755 0 755 0 '
registry_sound
