# zoneadm attach: what it demands of the files, their record and this host; what is refused changes
# nothing; -F, -n, and -n of a record alone.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
need_cmd dpkg dpkg-query
mkdir -m 755 "$S/zones"
path=$S/zones/a
manifest=$path/SUNWdetached.xml
status=$path/root/var/lib/dpkg/status
install_zone a "$path"
mkdir -p "$path/root/var/lib/dpkg/info" "$path/root/usr" "$path/root/opt"
architecture=$(dpkg --print-architecture)
bash=$(dpkg-query -W -f '${Version}' bash)

# package NAME VERSION [ARCHITECTURE]: a stanza.
package() {
	printf 'Package: %s\nStatus: install ok installed\nArchitecture: %s\nVersion: %s\n\n' \
		"$1" "${3:-$architecture}" "$2"
}
# From now on the zone has these packages: NAME VERSION [ARCHITECTURE], each.
has() {
	while [ $# -gt 0 ]; do
		# shellcheck disable=SC2086 # several words
		package $1
		shift
	done >"$status"
}

# refused TEXT ARGUMENT...: attach ends with 1, says TEXT, and touches nothing.
refused() {
	local before text=$1
	shift
	before=$(stored; untouched)
	zoneadm_rc 1 -z a attach "$@"
	erred "$text"
	[ ! -s out ] || fail 'refused, and yet it printed'
	[ "$(stored; untouched)" = "$before" ] || fail 'refused, and yet touched'
}
# checks [TEXT]: -n finds that it would do, and says TEXT, or nothing; nothing is touched.
checks() {
	local before
	before=$(stored; untouched)
	zoneadm_rc 0 -z a attach -n
	if [ $# -gt 0 ]; then erred "$1"; else silent; fi
	[ "$(stored; untouched)" = "$before" ] || fail 'only checked, and yet touched'
}
# attached ARGUMENT...: it is done, for good; then it is detached again.
attached() {
	zoneadm_rc 0 -z a attach "$@"
	index_line a | grep -qE "^a:installed:$path:[0-9a-f-]{36}$" || fail "$(index_line a)"
	absent "$manifest" "$path/.SUNWdetached.xml.new"
	registry_sound
	zoneadm_rc 0 -z a detach
}

# ---- a whole zone: only its kind of machine matters ----

refused 'zone a is installed, so it cannot be attached'
refused 'zone a is installed, so it cannot be attached' -n
has 'bash 0.1' 'nowhere-else 7 all' "dpkg 1"
zoneadm -z a detach
cp -p "$manifest" kept
# Its files are in nobody's way, and nobody's to be replaced.
zoneadm_rc 1 -z a install -m directory "$path/root"
erred "$path has a detached zone in it: attach it (zoneadm -z a attach), or move it away"
install_zone b "$S/zones/b"
mkdir -m 700 "$S/zones/found"
cp -p "$manifest" "$S/zones/found"
zoneadm_rc 1 -z b move "$S/zones/found"
erred "$S/zones/found has a detached zone in it: attach it (zoneadm -z ZONE attach), or move it"
rm -r "$S/zones/found"
zoneadm_rc 0 -z b uninstall -F
zonecfg -z b delete -F
touch "$path/.SUNWdetached.xml.new"
checks
attached

# What changed in the tree meanwhile is told.
has 'bash 0.2' 'new 1 all' "dpkg 1"
told="WARNING: what is installed in $path/root has changed since the zone was detached:
        bash:$architecture: 0.1, now 0.2
        new:all: not installed, now 1
        nowhere-else:all: 7, now not installed"
cp -p kept "$manifest"
checks "$told"
attached
cp -p kept "$manifest"
zoneadm_rc 0 -z a attach -F
silent
zoneadm_rc 0 -z a detach

# Another kind of machine.
has 'dpkg 1 s390x'
zoneadm_rc 0 -z a attach -F
zoneadm -z a detach
refused "zone a is a system for s390x, and this host is one for $architecture"
refused "zone a is a system for s390x" -n
attached -F
has 'dpkg 1'
zoneadm_rc 0 -z a attach -F
zoneadm -z a detach
cp -p "$manifest" kept

# ---- its record ----

rm "$manifest"
refused "$manifest is missing, so this is no detached zone"
refused "$manifest is missing, so this is no detached zone" -n
attached -F
rm "$manifest"
mv "$path/root/usr" "$path/root/sru"
refused "$path/root has no directory usr" -F
mv "$path/root/sru" "$path/root/usr"
damaged() {
	refused "$1"
	refused "$1" -F
	rm -rf "$manifest"
}
sed 's,</zone>,,' kept >"$manifest"
damaged "$manifest:"
sed 's,brand="[a-z]*",brand="other",' kept >"$manifest"
damaged 'brand'
sed 's,</zone>,<package name="&#x1b;[2J" version="1"/></zone>,' kept >"$manifest"
damaged "$manifest:"
sed 's,</zone>,<package name="a\&#10;b" version="1"/></zone>,' kept >"$manifest"
damaged '<package>: it has a control character'
sed 's,</zone>,<package name="a" version=""/></zone>,' kept >"$manifest"
damaged '<package>: it has no name, or no version'
sed 's,</zone>,<package name="dpkg:'"$architecture"'" version="1"/></zone>,' kept >"$manifest"
damaged "package dpkg:$architecture is there twice"
sed 's,<!DOCTYPE zone,& [<!ENTITY x SYSTEM "file:///etc/passwd">],; s,^PUBLIC.*,,' kept >"$manifest"
damaged entity
truncate -s 9M "$manifest"
damaged 'larger than'
mkfifo "$manifest"
damaged 'it must be a regular file'
ln -s "$work/kept" "$manifest"
damaged 'no symbolic link'
install -m 666 kept "$manifest"
damaged 'is writable by others'
install -o 1 kept "$manifest"
damaged 'belongs to user 1'
cp -p kept "$manifest"

# ---- the place ----

chmod 755 "$path"
refused "$path"
chmod 700 "$path"
chown 65534 "$path"
refused "$path"
chown 0 "$path"
mv "$path/root" "$path/toor"
refused "$path/root: No such file or directory"
ln -s toor "$path/root"
refused "$path/root: "
rm "$path/root"
mv "$path/toor" "$path/root"
mv "$path" "$path.away"
refused "zonepath $path does not exist"
mv "$path.away" "$path"
mount -t tmpfs none "$path/root/usr"
refused "$path/root/usr is a mount point"
umount "$path/root/usr"
(cd "$path/root" && exec sleep 100) &
pid=$!
wait_for test "$path/root" -ef "/proc/$pid/cwd"
refused "process $pid uses $path/root"
kill "$pid"
wait "$pid" || true
# A directory that another zone has.
zonecfg_rc 0 -z other "create; set zonepath=$path/root/opt/other"
refused 'overlap'
zonecfg -z other 'delete -F'
set_state a incomplete
refused 'zone a is incomplete, so it cannot be attached'
set_state a configured
for arguments in '-F -n' "$path" '-n a b' -x; do
	# shellcheck disable=SC2086 # several words
	zoneadm_rc 2 -z a attach $arguments
done
zoneadm_rc 1 attach
erred 'attach: which zone? Name it: zoneadm -z ZONE attach'
zoneadm_rc 1 -z global attach
erred 'the global zone is the host itself'
attached

# ---- a sparse zone: what it inherits must be this host's ----

zoneadm -z a attach
zoneadm -z a detach
cp -p "$manifest" whole
zonecfg -z a 'add inherit-pkg-dir; set dir=/usr; end'
refused 'zone a inherits /usr and the detached zone does not'
zonecfg -z a 'remove -F inherit-pkg-dir'
sed 's,</zone>,<inherited-pkg-dir directory="/usr"/></zone>,' whole >"$manifest"
refused 'the detached zone inherits /usr and zone a does not'
zonecfg -z a 'add inherit-pkg-dir; set dir=/usr; end'
# Here is bash, of the zone's version; what is in /opt only may be anything, but what is in /bin is
# in /usr/bin, and of what has no list that cannot be told.
info=$path/root/var/lib/dpkg/info
printf '/.\n/opt\n/opt/one\n/libx\n/usr\n' >"$info/only-in-opt.list"
printf '/.\n/opt\n/usr\n/bin\n/bin/nowhere\n' >"$info/in-bin.list"
printf '/.\n/usr\n/libo32\n/libo32/nowhere\n' >"$info/same:$architecture.list"
printf '/.\n/etc\n/etc/bash\n/usr\n/usr/bin\n/usr/bin/bash\n' >"$info/bash.list"
both="bash $bash"
has "$both" 'only-in-opt 1 all' 'dpkg 1'
zoneadm_rc 1 -z a attach -n
erred "dpkg:$architecture: version mismatch"
printf '/.\n/etc\n' >"$info/dpkg.list"
sed -i '/<package/d' "$manifest"
checks 'only-in-opt:all: not installed, now 1'
has 'bash 0.1' 'only-in-opt 1 all' 'dpkg 1' 'in-bin 3 all' 'no-list 4 all'
package same 5 | sed 's/^Version/Multi-Arch: same\n&/' >>"$status"
report="zoneadm: These packages installed on the source system are inconsistent with this system:
        bash:$architecture: version mismatch
                (0.1)
                ($bash)
        in-bin:all: not installed
                (3)
        no-list:all: not installed
                (4)
        same:$architecture: not installed
                (5)
"
refused "$report" -n
refused "$report"
attached -F
# The record alone: before the zone is brought here, from a file or a pipe, and without a zone.
sed -i "/in-bin\|no-list\|same\|only-in-opt\|dpkg:/d" "$manifest"
before=$(stored; untouched)
zoneadm_rc 1 attach -n "$manifest"
erred "${report%%        in-bin*}zone a inherits"
"$ZONEADM" attach -n - <"$manifest" >out 2>err && fail 'no difference was found'
erred "bash:$architecture: version mismatch"
sed -i "s/version=\"0.1\"/version=\"$bash\"/" "$manifest"
zoneadm -z a attach -n "$manifest"
"$ZONEADM" attach -n - <"$manifest" || fail 'it fits'
zoneadm attach -n kept
sed "s/dpkg:$architecture/dpkg:s390x/" kept >foreign
zoneadm_rc 1 attach -n foreign
erred 'zone a is a system for s390x'
for wrong in /nowhere / "$work/foreign.xml" /dev/null; do
	echo '<zone/>' >foreign.xml
	zoneadm_rc 1 attach -n "$wrong"
	erred "$wrong"
done
head -c 9M /dev/zero >large
zoneadm_rc 1 attach -n large
erred 'large is larger than'
