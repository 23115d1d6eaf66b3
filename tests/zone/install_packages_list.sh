# zoneadm install: which packages, as the attribute packages has it; and what is not installed here.
# fs: tmpfs
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"

with() {
	make_zone_a "add attr; set name=packages; set type=string; set value=\"$1\"; end"
}
in_list() {
	dpkg-query --admindir="$place/a/root/var/lib/dpkg" -f '${Package}\n' -W | grep -x "$1" >/dev/null
}

# What is not here is named, all of it, and nothing is touched.
with 'bash no-such-package, nor-this'
install_refused 'no-such-package, nor-this'
no grep -q bash err
"$ZONECFG" -z a delete -F
with ' , '
install_refused 'no package is named'
"$ZONECFG" -z a delete -F

# A list: with what these need, and what no system is without; it cannot boot.
with "hostname,libc6:$(dpkg --print-architecture)"
zoneadm_rc 0 -z a install
erred 'the zone will not boot'
installed
for package in hostname libc6 base-passwd dpkg; do
	in_list $package || fail "$package is missing"
done
no in_list systemd-sysv
is "$(dpkg --root="$place/a/root" --audit 2>&1)" ''
is "$(in_zone hostname --version 2>&1 | head -c 8)" 'hostname'
uninstall

# Somebody else installs packages here: on a copy of the host's database, which other tests use.
cp -a /var/lib/dpkg "$work/dpkg"
mount --bind "$work/dpkg" /var/lib/dpkg
"$ZONECFG" -z a delete -F
with hostname
python3 -c '
import fcntl, os, subprocess, sys
lock = open("/var/lib/dpkg/lock", "r+")
fcntl.lockf(lock, fcntl.LOCK_EX)
sys.exit(subprocess.call([os.environ["ZONEADM"], "-z", "a", "install"]))' >out 2>err && fail 'no lock'
erred 'try again when that is done'
nothing_installed

# A host without containers.
mount --bind /dev/null "$(type -P systemd-nspawn)"
install_fails 'systemd-container'
umount "$(type -P systemd-nspawn)"
cat >"$work/nspawn" <<'END'
#!/bin/sh
[ "$1" = --version ] || { echo no luck >&2; exit 3; }
END
chmod 755 "$work/nspawn"
mount --bind "$work/nspawn" "$(type -P systemd-nspawn)"
install_fails 'the container ended with status 3'
grep -qx 'no luck' /var/log/zones/a.install.log || fail 'the log has no reason'
umount "$(type -P systemd-nspawn)"

# A host whose database is damaged.
rm /var/lib/dpkg/info/hostname.list
install_fails 'apt-get install --reinstall hostname'
printf '/.\nnot a path\n' >/var/lib/dpkg/info/hostname.list
install_fails 'a line is not the path of a file'
printf '/.\n/etc/../root\n' >/var/lib/dpkg/info/hostname.list
install_fails 'a line is not the path of a file'
: >/var/lib/dpkg/status
install_fails 'no database of Debian packages'
