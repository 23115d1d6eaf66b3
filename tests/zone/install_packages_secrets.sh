# zoneadm install: what not everybody may read on the host does not get into the zone: configuration
# files that were changed, sources of apt. Users of the host are in no ACL there, and what was
# removed here comes back with the mode that its package has.
# fs: tmpfs
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
need_cmd dpkg-deb setfacl
for name in dpkg ucf; do
	mkdir -p "$work/$name" "/var/lib/$name"
	cp -a /var/lib/$name/. "$work/$name/"
	mount --bind "$work/$name" /var/lib/$name
done
mkdir -p "$work/ucf/cache" "$work/archives"
mount --bind "$work/archives" /var/cache/apt/archives

# Changed, and readable by few: by mode, by ACL, by the mode of a directory; and one that its package
# does not have any more.
secrets=(/etc/security/{access,group,namespace,pam_env,time,limits}.conf /etc/logrotate.d/apt
	'/etc/no longer.conf')
sed -i "/^Package: base-files\$/,/^\$/s|^Conffiles:|&\\n ${secrets[7]} $(printf 0%.0s {1..32}) obsolete|" \
	/var/lib/dpkg/status
echo "${secrets[7]}" >>/var/lib/dpkg/info/base-files.list
for file in "${secrets[@]}"; do
	echo 'password=hunter2' >>"$file"
	chmod 600 "$file"
done
chmod 640 "${secrets[1]}"
chmod 604 "${secrets[2]}"
chmod 644 "${secrets[3]}" "${secrets[6]}"
setfacl -m u:4711:- "${secrets[3]}"
chmod 700 "${secrets[6]%/*}"
open=(/etc/security/{faillock,sepermit}.conf)
for file in "${open[@]}"; do
	echo '# ours' >>"$file"
done
setfacl -m u:4711:rw "${open[1]}"

# Removed: there is a package; only what it was is known, not its mode.
removed=/etc/e2scrub.conf unknown=/etc/mke2fs.conf
version=$(dpkg-query -f '${Version}' -W e2fsprogs)
architecture=$(dpkg --print-architecture)
mkdir -p deb/DEBIAN deb/etc
printf 'Package: e2fsprogs\nVersion: %s\nArchitecture: %s\n' "$version" "$architecture" \
	>deb/DEBIAN/control
printf 'Maintainer: none <none@example.com>\nDescription: none\n' >>deb/DEBIAN/control
cp "$removed" deb/etc/
chown 0:42 "deb$removed"
chmod 440 "deb$removed"
dpkg-deb -b deb "$work/archives/e2fsprogs_${version//:/%3a}_$architecture.deb" >/dev/null
cp "$removed" shipped
cp "$unknown" "/var/lib/ucf/cache/${unknown//\//:}"
rm "$removed" "$unknown"

# Users of the host in ACLs, alone and beside what is the same everywhere.
script=/etc/cron.daily/dpkg
chmod 604 /etc/issue.net
chmod 4755 $script
setfacl -m u:4711:rw /etc/issue.net
setfacl -m u:4711:rx,g:2:r $script
setfacl -d -m u:4711:rwx /etc/security

# Where packages come from.
lists=/etc/apt/sources.list.d
mkdir -p $lists
source() {
	echo "deb [arch=amd64] $2 stable main" >"$lists/$1.list"
}
source plain https://example.com/debian/llvm-toolchain-bookworm-18/20240101T000000Z/
source private https://example.com/debian
chmod 600 $lists/private.list
source token https://example.com/priv/4f1c0d2e9ab84c7790aa/debian
source uuid https://example.com/0b9ff5a4-33ab-4a6c-9d1f-3d3c0e1a2b4c/debian
source query 'https://example.com/debian?key=hunter2'

make_zone_a
zoneadm_rc 0 -z a install
installed
root=$place/a/root
no grep -rqs hunter2 "$root/etc"
for file in "${secrets[@]}"; do
	absent "$root$file"
	grep -F 'the zone does not get configuration files' err | grep -qF " $file" ||
		fail "$file is not named: $(cat err)"
	grep -qF "not known: $file of " "$log" || fail "the log does not name $file"
done
for file in "${open[@]}"; do
	cmp "$file" "$root$file"
	grep -qF "not as it was shipped: $file of" "$log" || fail "the log does not name $file"
done
is "$(dpkg --root="$root" --audit 2>&1)" ''

cmp shipped "$root$removed"
is "$(stat -c '%a %u %g' "$root$removed")" '440 0 42'
absent "$root$unknown"

no grep -q 4711 <(getfacl -Rcnp "$root/etc")
is "$(stat -c %a "$root/etc/issue.net" "$root$script")" "$(printf '604\n4755')"
is "$(getfacl -cnp "$root$script" | grep '^group:2:')" 'group:2:r--'
is "$(getfacl -cnp "$root/etc/issue.net")" "$(printf 'user::rw-\ngroup::---\nother::r--\n')"
getfacl -cnp $script | grep -q '^user:4711:r-x' || fail 'the host has lost an ACL'

cmp $lists/plain.list "$root$lists/plain.list"
for name in private token uuid query; do
	erred "$lists/$name.list is not copied to the zone"
	absent "$root$lists/$name.list"
done
