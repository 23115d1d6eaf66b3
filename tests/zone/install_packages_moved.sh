# zoneadm install on a host whose /var is a link to elsewhere: the zone has the link and what it
# leads to, root's, and nothing is made behind the host's.
# fs: tmpfs
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
host=$work/host
mkdir -p "$host"
mount -t tmpfs -o mode=755 tmpfs "$host"
mkdir "$host/data"
for dir in /*; do
	if [ -L "$dir" ]; then
		cp -a "$dir" "$host$dir"
	elif [ "$dir" != /var ] && [ -d "$dir" ]; then
		mkdir "$host$dir"
		mount --rbind "$dir" "$host$dir"
	fi
done
# Directories, links, and what has to do with packages.
mkdir "$host/data/var"
(cd /var && find . -xdev -type d,l -print0 | tar -c --no-recursion --null -T -) |
	tar -x -C "$host/data/var"
for name in dpkg ucf; do
	[ ! -d /var/lib/$name ] || cp -a /var/lib/$name/. "$host/data/var/lib/$name/"
done
ln -s /data/var "$host/var"
chown 4711:4712 "$host/data"
rm -r "$host/data/var/lib/dpkg/parts"

make_zone_a
rc=0
chroot "$host" "$ZONEADM" -z a install >out 2>err || rc=$?
[ "$rc" = 0 ] || fail "$(cat err)"
installed
root=$place/a/root
is "$(readlink "$root/var")" /data/var
is "$(stat -c '%u %g' "$root/data")" '0 0'
[ -s "$root/data/var/lib/dpkg/status" ] || fail 'no database'
[ -d "$root/data/var/lib/dpkg/parts" ] || fail 'a directory of dpkg is missing'
absent "$host/data/var/lib/dpkg/parts" "$root/usr/sbin/policy-rc.d"
