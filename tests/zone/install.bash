# What the tests of zoneadm install share: a small system, and what an installation leaves.
# shellcheck shell=bash
. "$tests/zone/move.bash"

# The log is the host's, where tests write nothing.
mount -t tmpfs -o mode=755 tmpfs /var/log
log=/var/log/zones/a.install.log
last_line="The file <$log> contains a log of the zone installation."

place=$D/zones
mkdir -m 755 "$place"

# make_system DIR: what looks like the root of a system, with everything that a tree can have.
make_system() {
	local root=$1
	mkdir -p "$root"/{etc/ssh,usr/bin,var/log,var/tmp,dev,home/user,empty}
	chmod 755 "$root"
	printf 'root:x:0:0::/root:/bin/sh\nguest:x:4711:4712::/:/bin/sh\n' >"$root/etc/passwd"
	printf 'root:x:0:\nguests:x:4712:\n' >"$root/etc/group"
	echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
	echo secret >"$root/etc/ssh/ssh_host_rsa_key"
	echo line >"$root/var/log/syslog"
	echo '#!/bin/sh' >"$root/usr/bin/tool"
	ln "$root/usr/bin/tool" "$root/usr/bin/another"
	ln -s usr/bin "$root/bin"
	ln -s /nowhere "$root/dangling"
	ln "$root/dangling" "$root/dangling2"
	mknod "$root/dev/null" c 1 3
	mkfifo "$root/dev/initctl"
	truncate -s 3M "$root/sparse"
	printf data | dd of="$root/sparse" bs=1 seek=1M conv=notrunc status=none
	: >"$root/$(printf 'new\nline')"
	: >"$root/$(printf 'e\xcc\x81')"
	: >"$root/$(printf '\xff\xfe')"
	chown -h 12:34 "$root/dangling" "$root/home/user"
	chown 0:4712 "$root/usr/bin/tool"
	chmod 6755 "$root/usr/bin/tool"
	chmod 1777 "$root/var/tmp"
	chmod 0500 "$root/empty"
	setcap cap_net_raw+ep "$root/usr/bin/tool"
	setfattr -n user.kept -v yes "$root/home/user"
	setfattr -n trusted.kept -v yes "$root/etc/passwd"
	setfacl -m u:4711:rw,g:4712:r "$root/etc/group"
	setfacl -d -m u:4711:rwx "$root/home"
	find "$root" -depth -exec touch -h -d '2001-02-03 04:05:06.123456789' {} +
	touch -d '1969-12-31 23:00:00' "$root/etc"
}

# make_zone_a [COMMANDS]: the zone a, configured, at $place/a.
make_zone_a() {
	zonecfg_rc 0 -z a "create; set zonepath=$place/a; ${1-}"
}

# The zone a is what it was before the installation, and nothing of that is left.
nothing_installed() {
	is "$(index_line a)" "a:configured:$place/a:"
	absent "$place/a"
	[ ! -e /etc/zones/a.operation ] || fail 'a record was left'
	nothing_left
}

# The zone a is whole, and of nobody else.
installed() {
	index_line a | grep -q "^a:installed:$place/a:[0-9a-f-]\{36\}\$" || fail "$(index_line a)"
	is "$(stat -c '%a %u %g' "$place/a")" '700 0 0'
	absent /etc/zones/a.operation
	nothing_left
}

uninstall() {
	zoneadm_rc 0 -z a uninstall -F
	nothing_installed
}

# install_fails TEXT ARGUMENT...: zoneadm -z a install must end with 1, say TEXT, and leave nothing.
install_fails() {
	local text=$1
	shift
	zoneadm_rc 1 -z a install "$@"
	erred "$text"
	nothing_installed
}

# install_refused TEXT ARGUMENT...: the same, and nothing is touched.
install_refused() {
	local before
	before=$(stored; untouched)
	install_fails "$@"
	[ "$(stored; untouched)" = "$before" ] || fail 'refused, and yet touched'
}

# The mount namespaces of this test's processes have nothing mounted below a path.
nothing_mounted() {
	! grep -h " $1" /proc/[0-9]*/mountinfo 2>/dev/null || fail "mounted below $1"
}
