# zoneadm install: configuration files that were changed on the host come as they were shipped,
# where that can be known; where not, they are named. What scripts gave to users of the host is
# root's again, diversions of the host's alone are undone, and passwords for apt stay here.
# fs: tmpfs
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
need_cmd dpkg-deb
for name in dpkg ucf; do
	mkdir -p "$work/$name"
	[ ! -e /var/lib/$name ] || cp -a /var/lib/$name/. "$work/$name/"
done
mount --bind "$work/dpkg" /var/lib/dpkg
[ -e /var/lib/ucf ] || skip 'needs /var/lib/ucf'
mount --bind "$work/ucf" /var/lib/ucf
mkdir -p "$work/ucf/cache" "$work/archives"
mount --bind "$work/archives" /var/cache/apt/archives

# What was shipped is to be found beside it, with ucf, in the package; and of two, nowhere.
beside=/etc/login.defs cached=/etc/security/limits.conf packed=/etc/pam.conf linked=/etc/host.conf
odd=/etc/deluser.conf missing=/etc/adduser.conf
shipped() {
	dpkg-query -f '${Conffiles}\n' -W | awk -v path="$1" '$1 == path { print $2 }'
}
sum() {
	md5sum <"$1" | cut -c 1-32
}
for file in "$beside" "$cached" "$packed" "$linked" "$odd" "$missing"; do
	is "$(sum "$file")" "$(shipped "$file")"
done
cp -a "$beside" "$beside.dpkg-dist"
cp "$cached" "/var/lib/ucf/cache/${cached//\//:}"
version=$(dpkg-query -f '${Version}' -W libpam-runtime)
mkdir -p deb/DEBIAN deb/etc
printf 'Package: libpam-runtime\nVersion: %s\nArchitecture: all\n' "$version" >deb/DEBIAN/control
printf 'Maintainer: none <none@example.com>\nDescription: none\n' >>deb/DEBIAN/control
cp -a "$packed" deb/etc/
dpkg-deb -b deb "$work/archives/libpam-runtime_${version//:/%3a}_all.deb" >/dev/null
for file in "$beside" "$cached" "$packed" "$odd"; do
	echo '# ours' >>"$file"
done
cp "$odd" "$odd.dpkg-dist" # it is not what was shipped, either
chmod 640 "$beside"
rm "$linked" "$missing"
ln -s /dev/null "$linked"

# Given to a user of the host, and set-id.
chown 4711:4712 /etc/cron.daily/dpkg
chmod 6755 /etc/cron.daily/dpkg

# An administrator's diversion.
printf '/etc/debian_version\n/etc/debian_version.distrib\n:\n' >>/var/lib/dpkg/diversions
cp -a /etc/debian_version "$work/debian_version"
mv /etc/debian_version /etc/debian_version.distrib
echo ours >/etc/debian_version

# Where packages come from.
mkdir -p /etc/apt/sources.list.d /etc/apt/auth.conf.d
echo 'deb https://user:secret@example.com/debian stable main' >/etc/apt/sources.list.d/secret.list
echo 'deb https://example.com/debian stable main' >/etc/apt/sources.list.d/plain.list
echo 'machine example.com login user password secret' >/etc/apt/auth.conf
echo 'machine example.com login user password secret' >/etc/apt/auth.conf.d/more.conf

make_zone_a
zoneadm_rc 0 -z a install
root=$place/a/root
for file in "$beside" "$cached" "$packed"; do
	is "$(sum "$root$file")" "$(shipped "$file")"
	grep -q "configuration file as it was shipped: $file of " "$log" || fail "$(cat "$log")"
done
is "$(stat -c '%a %u %g' "$root$beside")" '640 0 0'
absent "$root$beside.dpkg-dist" "$root$missing"
cmp "$odd" "$root$odd"
is "$(readlink "$root$linked")" /dev/null
erred '3 configuration files were changed or removed on this host'
for file in "$odd" "$missing" "$linked"; do
	erred "$file"
	grep -q "not as it was shipped: $file of" "$log" || fail "the log does not name $file"
done

is "$(stat -c '%a %u %g' "$root/etc/cron.daily/dpkg")" '755 0 0'
is "$(stat -c '%a %u %g' /etc/cron.daily/dpkg)" '6755 4711 4712'
cmp "$work/debian_version" "$root/etc/debian_version"
absent "$root/etc/debian_version.distrib"
no grep -qx /etc/debian_version "$root/var/lib/dpkg/diversions"

erred '/etc/apt/sources.list.d/secret.list is not copied to the zone'
absent "$root"/etc/apt/{sources.list.d/secret.list,auth.conf,auth.conf.d/more.conf}
cmp /etc/apt/sources.list.d/plain.list "$root/etc/apt/sources.list.d/plain.list"
no grep -rqs 'user:secret@' "$root/etc"
