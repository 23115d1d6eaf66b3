# zoneadm list: what is damaged is told of, once, and hides nothing else.
# fs: tmpfs
. "$tests/zone/lib.sh"

for zone in one two three four five; do
	make_zone $zone
done
zoneadm_rc 0 list -cp
cp "$work/out" "$work/before"

# All but brand and IP type of the zone NAME is as before, and so are the others.
only() {
	# Names and states are in the index.
	zoneadm list -c
	is "$(wc -l <"$work/out")" 6
	# Another zone is not concerned.
	zoneadm -z four list -v
	zoneadm_rc 1 list -cj
	is "$(jq -c ".[] | select(.name == \"$1\") | [.brand, .\"ip-type\"]" "$work/out")" \
		'[null,null]'
	sed -E "s/^(-:$1:.*):native:shared\$/\1:???:???/" "$work/before" >"$work/want"
	zoneadm_rc 1 list -cp
	same_text "with $1 damaged" "$work/want" "$work/out"
	is "$(wc -l <"$work/err")" 1
	says "^zoneadm: /etc/zones/$1\.xml"
}

need_cmd jq
file=/etc/zones/two.xml
cp -p $file "$work/whole"
head -c 200 "$work/whole" >$file
only two
says ':[0-9]+: '
: >$file
only two
echo 'no XML' >$file
only two
rm $file
only two
says missing
mkdir $file
only two
rmdir $file
ln -s "$work/whole" $file
only two
says 'symbolic link'
rm $file
cp -p "$work/whole" $file
chmod 666 $file
only two
says 'writable by others'
chmod 644 $file
chown 12345 $file
only two
says 'user 12345'
chown 0 $file
truncate -s 2M $file
only two
cp -p "$work/whole" $file
sed -i -E 's/ brand="[^"]*"//; s/<zone /<zone brand="solaris8" /' $file
zoneadm_rc 1 list -cp
says 'brand "solaris8" is not known'
prints '^-:two:configured:/zones/two::\?\?\?:shared$'
cp -p "$work/whole" $file
zoneadm_rc 0 list -cp
same_text 'with all whole again' "$work/before" "$work/out"

# A line of the index that says nothing.
sed -i 's/^three:.*/three is broken/' /etc/zones/index
zoneadm_rc 1 list -c
silent_about '^three$'
prints '^four$'
says 'WARNING: /etc/zones/index'
says 'WARNING: /etc/zones/three\.xml is a zone.s configuration, but the index'
# Without its line, the host is still there.
sed -i '/^global:/d' /etc/zones/index
zoneadm_rc 0 list
prints '^global$'
zoneadm_rc 0 -z global list -p
is "$(cat "$work/out")" 0:global:running:/::native:shared

# A registry that others can write to is not to be trusted.
chmod 777 /etc/zones
zoneadm_rc 1 list -c
says '/etc/zones is writable by others'
[ ! -s "$work/out" ] || fail 'zones from an index that is not to be trusted'
