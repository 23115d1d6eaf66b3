# zoneadm attach -u: a sparse zone with older and newer packages than this host's is brought to them:
# files, configuration files, what is gone, new dependencies, dpkg's database; what users of the zone
# have planted is no way out of it.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/attach_update.bash"

in_zone_db() { dpkg-query --admindir="$root/var/lib/dpkg" -W -f "$1"; }

# ---- nothing to do ----

zoneadm_rc 0 -z a install
zoneadm -z a detach
zoneadm_rc 0 -z a attach -n -u
erred 'has the packages of this host already'
zoneadm_rc 0 -z a attach -u
erred 'has the packages of this host already'
zoneadm -z a detach
for arguments in '-F -u' '-u -F' '-u x' "-n -u $path/SUNWdetached.xml"; do
	# shellcheck disable=SC2086 # several words
	zoneadm_rc 2 -z a attach $arguments
done

# ---- refused, and nothing is touched ----

age
cp -a "$path" "$S/aged"
refused() {
	local before
	before=$(stored; untouched)
	zoneadm_rc 1 -z a attach "${@:2}"
	erred "$1"
	[ "$(stored; untouched)" = "$before" ] || fail 'refused, and yet touched'
}
refused 'attach -u'
refused "bash:$(dpkg --print-architecture): version mismatch"
before=$(stored; untouched)
zoneadm_rc 0 -z a attach -n -u
said "bash: 0.1 becomes $(here bash)"
said "grep: 99:1 becomes $(here grep), which is older"
said "debianutils: $(here debianutils) is added"
[ "$(stored; untouched)" = "$before" ] || fail 'only shown, and yet touched'

printf 'Package: nowhere\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n' >>"$status"
printf '/.\n/usr/share/doc\n/usr/share/doc/nowhere\n' >"$info/nowhere.list"
refused 'packages that are not installed on this host, so that it cannot be updated: nowhere:all' -u
refused 'cannot be updated: nowhere:all' -n -u
edit "s.pop('nowhere')"
rm "$info/nowhere.list"

# A link out of the zone where a directory is to be: it leads nowhere in the zone.
mkdir "$work/outside"
rm -r "$root/usr/share/menu"
ln -s "$work/outside" "$root/usr/share/menu"
before=$(stored; seen)
zoneadm_rc 1 -z a attach -u
erred "cannot replace the zone's /usr/share/menu: it must be a directory"
is "$(stored; seen)" "$before"
is "$(ls "$work/outside")" ''
# Where it leads to a directory in the zone, that is used.
mkdir -p "$root$work/outside"

# ---- done ----

zoneadm_rc 0 -z a attach -u
said 'Updating <2> packages on the zone.'
said 'Adding <1> packages that they need.'
said 'This host has older versions of: grep'
said "The file <$attach_log> contains a log of the zone update."
grep -q "package bash: 0.1 becomes" "$attach_log"
is "$(ls "$work/outside")" ''
cmp "$root$work/outside/bash" /usr/share/menu/bash
updated
zoneadm -z a detach
zoneadm -z a attach
zoneadm -z a detach

# ---- begun, and not completed ----

back
chattr +i "$root/usr/bin/egrep"
zoneadm_rc 1 -z a attach -u
erred "cannot replace the zone's /usr/bin/egrep: Operation not permitted"
erred 'zone a stays detached, and is updated in part: "attach -u" completes it'
is "$(index_line a)" "a:configured:$path:"
refused 'begun and not completed: "attach -u"'
chattr -i "$root/usr/bin/egrep"
zoneadm_rc 0 -z a attach -u
updated
zoneadm -z a detach

# Who forces it has it as it is.
back
mkdir "$stage"
zoneadm_rc 1 -z a attach -n
erred 'begun and not completed'
zoneadm_rc 0 -z a attach -F
absent "$stage"
is "$(version_of bash)" 0.1

# ---- packages that cannot be configured: their scripts want to write to what is the host's ----

zoneadm_rc 0 -z a uninstall -F
zonecfg -z a 'remove -F inherit-pkg-dir; add inherit-pkg-dir; set dir=/usr; end'
zoneadm_rc 0 -z a install
unfinished=$(in_zone_db '${Package} ${db:Status-Status}\n' | grep -cv ' installed$')
[ "$unfinished" -gt 0 ] || fail 'all of them are configured'
zoneadm_rc 0 -z a detach
zoneadm -z a attach
zoneadm_rc 0 -z a detach
edit "version('grep', '0.1'); version('base-files', '0.2')"
refused 'base-files:'
zoneadm_rc 0 -z a attach -u
erred 'could not be configured'
is "$(version_of grep)" "$(here grep)"
is "$(version_of base-files)" "$(here base-files)"
is "$(in_zone_db '${Package} ${db:Status-Status}\n' | grep -cv ' installed$')" "$unfinished"
is "$(names_in "$root/usr")" ''
