# A zone's users may have made of its root what they liked: cloning it, which resets its identity,
# changes nothing outside the clone, whatever links lead there and whatever names there are.
# fs: ext4 btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
place=$S/zones out=$S/outside
mkdir -m 755 "$place"
zonecfg -z bad "create; set zonepath=$place/bad"
zonecfg -z b "create; set zonepath=$place/b"
[ "$src_fs" != btrfs ] || btrfs -q subvolume create "$place/bad"
[ -d "$place/bad" ] || mkdir "$place/bad"
chmod 700 "$place/bad"
set_state bad installed
root=$place/bad/root

# What links of the zone lead to: all that a clone would have reset, did it follow them.
make_victim() {
	mkdir -p "$1"/{ssh,network/interfaces.d,udev/rules.d,log/journal/x,lib/cloud/instances/i} \
		"$1"/{lib/systemd/network,lib/dhcp,lib/dbus,home}
	echo 0123456789abcdef0123456789abcdef | tee "$1/machine-id" >"$1/lib/dbus/machine-id"
	echo victim | tee "$1/hostname" >"$1/hostid"
	printf '127.0.0.1 localhost\n127.0.1.1 victim\n' >"$1/hosts"
	printf 'root:$6$hash:1::::::\n' >"$1/shadow"
	printf 'auto eth0\niface eth0 inet dhcp\n' | tee "$1/network/interfaces" \
		>"$1/network/interfaces.d/eth0"
	for file in ssh/ssh_host_rsa_key ssh/ssh_host_rsa_key.pub udev/rules.d/70-persistent-net.rules \
		log/syslog log/syslog.1 log/journal/x/system.journal lib/cloud/instances/i/data \
		lib/systemd/random-seed lib/systemd/network/x lib/systemd/credential.secret \
		lib/dhcp/dhclient.leases home/.bash_history; do
		echo precious >"$1/$file"
	done
}
make_victim "$out"

# What would be reset of the host's beside /etc, with nobody else who changes it.
for dir in /root /var/log; do
	mount -t tmpfs -o mode=755 tmpfs $dir
done
mkdir /var/log/journal
echo precious | tee /root/.bash_history >/var/log/syslog

# All but the clone and what a registry changes: also times that nobody can set.
outside() {
	find "$out" "$place/bad" /root /var/log \
		-printf '%p %i %y %m %U %G %n %s %T@ %C@ %l\n' | sort
	find "$out" "$place/bad" -type f -print0 | sort -z | xargs -0r md5sum
	find /etc -mindepth 1 -maxdepth 1 ! -name zones -printf '%p %y %l\n' | sort
}

# new_root COMMAND: a root without anything, and then this.
new_root() {
	rm -rf "$root"
	mkdir -p "$root"/{etc,var/{log,lib},root}
	(cd "$root" && eval "$1")
}

# hostile WANT COMMAND: a clone of what the command makes of a root ends with this status, and
# changes nothing outside; each line that is said is one of ours.
hostile() {
	local before
	new_root "$2"
	before=$(outside)
	zoneadm_rc "$1" -z b clone bad
	[ "$(outside)" = "$before" ] || fail "changed outside: $2: $(diff <(echo "$before") <(outside))"
	! grep -Eav '^(zoneadm: |WARNING: )' err || fail "a line that is not ours: $2"
	if [ "$1" = 0 ]; then
		index_line b | grep -q ":installed:$place/b:" || fail "$(index_line b)"
		[ -d "$place/b/root" ] && [ ! -L "$place/b/root" ] || fail "no root: $2"
		${3:+eval "$3"}
		zoneadm_rc 0 -z b uninstall -F
		[ "$(outside)" = "$before" ] || fail "the uninstallation changed outside: $2"
	fi
	is "$(index_line b)" "b:configured:$place/b:"
	is "$(ls -A "$place")" bad
	registry_sound
}

# Directories that are links, absolute and up and out.
up=../../../../../../../../..
for to in "$out" "$up$out"; do
	hostile 0 "rmdir etc && ln -s $to etc"
	hostile 0 "ln -s $to/ssh etc/ssh; ln -s $to/network etc/network; ln -s $to/udev etc/udev"
	hostile 0 "rmdir var/log && ln -s $to/log var/log"
	hostile 0 "rmdir var/lib && ln -s $to/lib var/lib"
	hostile 0 "rm -r var && ln -s $to var"
	hostile 0 "rmdir root && ln -s $to/home root"
	hostile 0 "ln -s $to/log/journal var/log/journal; ln -s $to/log var/log/more"
	hostile 0 "mkdir -p var/lib/cloud; for i in data instance instances sem; do
		ln -s $to/lib/cloud/instances var/lib/cloud/\$i; done"
	# Files that are.
	hostile 0 "for i in machine-id hostname hosts hostid shadow; do ln -s $to/\$i etc/; done" \
		'is "$(cat "$place/b/root/etc/machine-id")" uninitialized'
	hostile 0 "mkdir etc/ssh etc/network var/lib/dbus var/lib/systemd; ln -s $to/ssh/* etc/ssh/
		ln -s $to/network/interfaces etc/network/; ln -s $to/log/syslog* var/log/
		ln -s $to/lib/dbus/machine-id var/lib/dbus/; ln -s $to/lib/systemd/* var/lib/systemd/
		ln -s $to/home/.bash_history root/" \
		'absent "$place/b/root/etc/ssh/ssh_host_rsa_key" "$place/b/root/root/.bash_history"'
done
# A link leads to what is there inside the root, which is reset.
hostile 0 "mkdir -p .$out; cp -a $out/. .$out/; rmdir etc; ln -s $out etc" \
	'absent "$place/b/root$out/ssh/ssh_host_rsa_key"
	is "$(cat "$place/b/root$out/machine-id")" uninitialized'
# Links to themselves lead nowhere that could be looked at; and some into the host's own places.
hostile 1 'for i in etc/ssh etc/network var/lib/cloud var/log/journal; do ln -s ${i##*/} $i; done'
hostile 0 'for i in /proc/self/root /proc/1/root /proc/self/cwd; do ln -s $i/ ${i//\//_}; done
	ln -s _proc_self_root/etc/ssh etc/ssh; ln -s /proc/self/root/var/log/journal var/log/journal'
# Hard links to what is outside: a copy is not linked to it, nor is a snapshot.
hostile 0 'cp -a --reflink=never ../../../outside/machine-id etc/
	chattr +i etc/machine-id; mkdir etc/ssh; echo x >etc/ssh/ssh_host_rsa_key; chattr +a etc/ssh' \
	'is "$(cat "$place/b/root/etc/machine-id")" uninitialized
	absent "$place/b/root/etc/ssh/ssh_host_rsa_key"'
chattr -i "$root/etc/machine-id"
chattr -a "$root/etc/ssh"
# Names that are none that anybody expects.
hostile 0 'mkdir -p etc/ssh etc/network var/log; for i in "$(printf "a\nzoneadm: lie")" \
		"\"; rm -rf *; \"" "'"'"'\$(touch x)" "-rf" "$(printf "\033[2J\377")" " "; do
		echo x >"etc/ssh/ssh_host_${i}_key"; echo x >"var/log/$i"; echo x >"var/log/$i.gz"
		mkdir "var/log/$i.d" "etc/network/interfaces.d" 2>/dev/null || true
		echo x >"etc/network/interfaces.d/$i"; echo x >"root/.${i}_history"; done' \
	'is "$(find "$place/b/root"/{etc/ssh,root} -name "*_key" -o -name ".*_history")" ""'
# What stands where a file should: it cannot be told whose the clone is, or it is no identity.
hostile 0 'mkfifo etc/machine-id; mknod etc/hostid c 1 3; mkfifo var/log/fifo; mknod var/log/sda b 8 0' \
	'is "$(cat "$place/b/root/etc/machine-id")" uninitialized; absent "$place/b/root/etc/hostid"'
hostile 1 'mkfifo etc/hostname'
hostile 1 'mknod etc/hostname c 1 5'
hostile 1 'mkdir -p etc/machine-id/x'
hostile 1 'echo bad >etc/hostname; mkfifo etc/hosts'
# The root itself.
rm -rf "$root"
mkdir "$out/system"
ln -s "$out/system" "$root"
before=$(outside)
zoneadm_rc 1 -z b clone bad
[ "$(outside)" = "$before" ] || fail 'changed outside'
is "$(index_line b)" "b:configured:$place/b:"
is "$(ls -A "$place")" bad
