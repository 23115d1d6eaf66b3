# zoneadm detach: what the zone is goes into its zonepath, and then the zone is only configured; what
# is refused changes nothing; attach brings it back.
# fs: ext4 btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
need_cmd xmllint dpkg-query
mkdir -m 755 "$S/zones"
path=$S/zones/a
manifest=$path/SUNWdetached.xml
install_zone a "$path"
zonecfg -z a 'set autoboot=true; add net; set physical=eth0; set address=192.0.2.1; end
	add attr; set name=note; set type=string; set value="<&\"quoted>"; end'
mkdir -p "$path/root/var/lib/dpkg" "$path/root/usr"

# package NAME VERSION [STATE [ARCHITECTURE]]: a stanza.
package() {
	printf 'Package: %s\nStatus: install ok %s\nArchitecture: %s\nVersion: %s\n\n' \
		"$1" "${3:-installed}" "${4:-all}" "$2"
}
{
	package zlib 1:1.2-3
	package bash 5.2-1
	package gone 1 not-installed
	package bash-completion '1.0~rc1+b2'
} >"$path/root/var/lib/dpkg/status"
uuid=$(index_line a | cut -d: -f4)
describe "$path" >was

# -n: it is printed, and nothing is changed.
before=$(stored; untouched)
zoneadm -z a detach -n
cp out printed
is "$(stored; untouched)" "$before"
xmllint --noout --nonet --nowarning --dtdvalid "$tests/../zonetool/zone/zonecfg.dtd" printed || fail 'it is not valid'
listed() { xmllint --xpath '/zone/package/concat(@name, "=", @version)' "$1" 2>/dev/null ||
	sed -nE 's/.*<package name="([^"]*)" version="([^"]*)".*/\1=\2/p' "$1"; }
is "$(listed printed)" "bash-completion:all=1.0~rc1+b2
bash:all=5.2-1
zlib:all=1:1.2-3"

# For good: the configuration stays, without a UUID; but for the record the tree stays as it was.
zoneadm -z a detach
said_only ''
cmp "$manifest" printed
is "$(stat -c '%a %u %g' "$manifest")" '644 0 0'
is "$(index_line a)" "a:configured:$path:"
is "$(xml_of a /zone/@autoboot) $(xml_of a '/zone/attr/@value')" 'true <&"quoted>'
cp "$manifest" kept
rm "$manifest"
describe "$path" | grep -v "^d.* \.\$\|'\.'" >now
grep -v "^d.* \.\$\|'\.'" was >then
same_text 'the zone and what it was' then now
cp -p kept "$manifest"
registry_sound
# It cannot be detached again, nor can what needs an installed zone be done.
before=$(stored; untouched)
for command in detach 'detach -n' "move $S/zones/b" uninstall\ -F; do
	# shellcheck disable=SC2086 # several words
	zoneadm_rc 1 -z a $command
	erred 'zone a is configured, so it cannot be'
done
# What would fill its zonepath is told where the way is.
install_zone other "$S/zones/other"
before=$(stored; untouched)
zoneadm_rc 1 -z a clone other
erred attach
zoneadm_rc 1 -z a install
erred attach
is "$(stored; untouched)" "$before"

# Deleting the configuration leaves the tree; it comes back as the same zone by another name.
zonecfg -z a 'delete -F'
[ -d "$path/root/etc" ] && cmp "$manifest" kept || fail 'the tree was touched'
zonecfg -z b "create -a $path"
is "$(xml_of b /zone/network/@address) $(xml_of b '/zone/attr/@value')" '192.0.2.1 <&"quoted>'
is "$(xml_of b 'count(/zone/package)')" 0
zoneadm -z b attach
said_only ''
absent "$manifest"
index_line b | grep -qE "^b:installed:$path:[0-9a-f-]{36}$" || fail "$(index_line b)"
[ "$(index_line b | cut -d: -f4)" != "$uuid" ] || fail 'it has the UUID of the other'
zonecfg -z b 'set zonename=a'

# What an interrupted one left is replaced, and is the zone's for uninstall; what is not the zone's
# record is not written through.
echo precious >precious
for name in SUNWdetached.xml .SUNWdetached.xml.new; do
	ln -s "$work/precious" "$path/$name"
	zoneadm -z a detach
	cmp "$manifest" kept 2>/dev/null || grep -q 'zone name="a"' "$manifest" || fail 'no record'
	is "$(cat precious)" precious
	absent "$path/.SUNWdetached.xml.new"
	zoneadm -z a attach
done

# Refused, with the zone as it was.
refused() {
	local before text=$1
	shift
	before=$(stored; untouched)
	zoneadm_rc 1 -z a detach "$@"
	erred "$text"
	[ ! -s out ] || fail 'refused, and yet it printed'
	[ "$(stored; untouched)" = "$before" ] || fail 'refused, and yet touched'
}
(cd "$path/root" && exec sleep 100) &
pid=$!
wait_for test "$path/root" -ef "/proc/$pid/cwd"
refused "process $pid uses $path/root"
kill "$pid"
wait "$pid" || true
mount -t tmpfs none "$path/root/usr"
refused "$path/root/usr is a mount point"
umount "$path/root/usr"
mv "$path/root/var/lib/dpkg/status" status
echo rubbish >"$path/root/var/lib/dpkg/status"
refused "/var/lib/dpkg/status:1: a line is not"
refused "/var/lib/dpkg/status:1: a line is not" -n
mv status "$path/root/var/lib/dpkg/status"
mv "$path" "$path.away"
refused "zonepath $path does not exist"
ln -s "$path.away" "$path"
refused 'no symbolic link'
rm "$path"
mv "$path.away" "$path"
mkdir "$path/SUNWdetached.xml"
zoneadm_rc 1 -z a detach
erred 'SUNWdetached.xml'
index_line a | grep -q ^a:installed: || fail 'it is not installed any more'
rmdir "$path/SUNWdetached.xml"
set_state a incomplete
refused 'zone a is incomplete, so it cannot be detached'
set_state a installed
zoneadm_rc 2 -z a detach -x
zoneadm_rc 2 -z a detach "$path"

# Without a package database: told, and done. What is half installed is told, too.
{ package bash 5; package half 1 half-configured; } >"$path/root/var/lib/dpkg/status"
zoneadm_rc 0 -z a detach
erred 'installed in part only, 1 of them'
zoneadm_rc 0 -z a attach
rm "$path/root/var/lib/dpkg/status"
zoneadm_rc 0 -z a detach
erred "$path/root has no database of dpkg(1)"
is "$(grep -c '<package' "$manifest")" 0
zoneadm -z a attach

# A zonepath with a leftover record is the zone's: uninstall takes it along.
cp kept "$manifest"
cp kept "$path/.SUNWdetached.xml.new"
zoneadm -z a uninstall -F
absent "$path"
nothing_left
