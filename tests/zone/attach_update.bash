# What the tests of zoneadm attach -u share: a sparse zone with older and newer packages than this
# host's, and how it is to be when it is updated.
# shellcheck shell=bash disable=SC2034 # the tests use what is set here
. "$tests/zone/install_packages.bash"
ZONE_TIMEOUT=120
[ -e /usr/share/menu/bash ] || skip 'the bash of this host has no /usr/share/menu/bash'
make_zone_a 'add inherit-pkg-dir; set dir=/usr/share/doc; end
add attr; set name=packages; set type=string; set value=sed; end'
path=$place/a
root=$path/root
status=$root/var/lib/dpkg/status
info=$root/var/lib/dpkg/info
stage=$path/.SUNWupdate
attach_log=/var/log/zones/a.attach.log

version_of() { dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${Version}' "$1"; }
here() { dpkg-query -W -f '${Version}' "$1"; }
md5() { md5sum <"$1" | cut -c 1-32; }
# edit CODE: change stanzas of the zone's status file.
edit() { python3 "$tests/zone/dpkg_status.py" "$status" "$1"; }

# The zone as it would be if it came from a host with other packages.
age() {
	local other
	other=$(printf 'other\n' | md5sum | cut -c 1-32)
	edit "
version('bash', '0.1')
version('grep', '99:1')
for name in '/etc/bash.bashrc', '/etc/skel/.profile', '/etc/skel/.bash_logout':
	shipped('bash', name, '$other')
s['bash'] = s['bash'].replace('\nConffiles:', '\nConffiles:\n /etc/bash.old $other', 1)
s['bash'] = s['bash'].replace('Status: install', 'Status: hold', 1)
s.pop('debianutils')"
	# Configuration: not changed in the zone, changed, removed, gone from the package.
	echo other >"$root/etc/bash.bashrc"
	echo mine >"$root/etc/skel/.profile"
	rm -f "$root/etc/skel/.bash_logout"
	echo old >"$root/etc/bash.old"
	# Files: missing, gone from the package, kept by another one, the same under another name.
	rm -f "$root/usr/bin/bashbug" "$info/debianutils".* "$root/usr/bin/savelog"
	mkdir -p "$root/opt/bash/deep" "$root/opt/shared"
	echo old >"$root/opt/bash/deep/file"
	echo old >"$root/opt/shared/file"
	printf '%s\n' /opt /opt/bash /opt/bash/deep /opt/bash/deep/file /opt/shared /opt/shared/file \
		/etc/bash.old /bin/rbash.not /bin/clear_console >>"$info/bash.list"
	printf '%s\n' /opt /opt/shared /opt/shared/file >>"$info/sed.list"
	echo old >"$info/bash.preinst"
	echo '/opt/trigger bash' >>"$root/var/lib/dpkg/triggers/File"
	echo '/opt/trigger sed' >>"$root/var/lib/dpkg/triggers/File"
	echo old >"$root/usr/share/menu/bash"
	# What the zone's administrator has set.
	echo own >"$root/usr/bin/ischroot"
	printf '/usr/bin/ischroot\n/usr/bin/ischroot.own\n:\n' >>"$root/var/lib/dpkg/diversions"
	echo "root mail 2750 /usr/bin/bashbug" >"$root/var/lib/dpkg/statoverride"
	# Planted: a link in the place of a file.
	ln -sf "$work/victim" "$root/usr/bin/clear_console"
}

# All is as it should be.
updated() {
	index_line a | grep -q "^a:installed:$path:" || fail "$(index_line a)"
	absent "$stage" "$path/SUNWdetached.xml"
	registry_sound
	is "$(version_of bash)" "$(here bash)"
	is "$(version_of grep)" "$(here grep)"
	is "$(version_of debianutils)" "$(here debianutils)"
	is "$(in_zone dpkg --audit)" ''
	is "$(ls "$root/var/lib/dpkg/updates")" ''
	for file in /usr/bin/bashbug /usr/bin/clear_console /usr/bin/savelog; do
		cmp "$root$file" "$file" || fail "$file is not the host's"
		[ ! -L "$root$file" ] || fail "$file is a link"
	done
	is "$(md5 "$root/etc/bash.bashrc")" "$(shipped_now /etc/bash.bashrc)"
	is "$(cat "$root/etc/skel/.profile")" mine
	is "$(md5 "$root/etc/skel/.profile.dpkg-dist")" "$(shipped_now /etc/skel/.profile)"
	absent "$root/etc/skel/.bash_logout" "$root/opt/bash" "$info/bash.preinst"
	is "$(cat "$root/etc/bash.old" "$root/opt/shared/file")" "$(printf 'old\nold')"
	in_zone dpkg-query -W -f '${Conffiles}\n' bash | grep >/dev/null '/etc/bash.old .* obsolete' ||
		fail 'the old configuration file is not known as obsolete'
	is "$(find "$root" -xdev -name '*.dpkg-new')" ''
	is "$(grep /opt/trigger "$root/var/lib/dpkg/triggers/File")" '/opt/trigger sed'
	is "$(stat -c '%a %u %g' "$root/usr/bin/bashbug")" '2750 0 8'
	is "$(cat "$root/usr/bin/ischroot")" own
	cmp "$root/usr/bin/ischroot.own" /usr/bin/ischroot
	is "$(in_zone dpkg-query -W -f '${db:Status-Want}' bash)" hold
	absent "$root/usr/sbin/policy-rc.d" "$work/victim"
	nothing_mounted "$path"
}
shipped_now() { dpkg-query -W -f '${Conffiles}\n' bash | sed -n "s,^ $1 \([0-9a-f]*\)\$,\1,p"; }

# What is in the zone, without times and what dpkg logs.
seen() {
	(cd "$path" && find . ! -path '*/var/log/*' ! -path '*/var/cache/*' \
		! -path './root/var/lib/dpkg/*-old' -printf '%p %y %m %U %G %l\n' | sort
	find . -type f ! -path '*/var/log/*' ! -path '*/var/cache/*' \
		! -path './root/var/lib/dpkg/*' -print0 | sort -z | xargs -0r md5sum)
}

# An aged zone, detached; from now on back makes it that again.
aged_zone() {
	zoneadm_rc 0 -z a install
	is "$(in_zone dpkg --audit)" ''
	zoneadm -z a detach
	age
	cp -a "$path" "$S/aged"
}
# back: the zone as it was before it was updated.
back() {
	rm -rf "$path"
	cp -a "$S/aged" "$path"
}
