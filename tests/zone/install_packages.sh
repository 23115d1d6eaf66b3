# zoneadm install: a zone from this host's packages, without a network. Its files are the host's, its
# dpkg finds nothing wrong, it boots; and nothing of the host's own configuration is in it.
# fs: ext4 btrfs
# cgroups: own
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
touch /etc/made-here
echo 'made here' >/etc/default/made-here
make_zone_a
zoneadm_rc 0 -z a install
installed
root=$place/a/root

# What is said, with counts that are so.
sed -E '/ has been created for this zone/d; s/<[0-9]+>/<N>/' out >said
cat >expected <<-END
	Preparing to install zone <a>.
	Creating list of files to copy from the global zone.
	Copying <N> files to the zone.
	Initializing zone product registry.
	Determining zone package initialization order.
	Preparing to initialize <N> packages on the zone.
	Initialized <N> packages on zone.
END
same_text 'messages' expected <(head -n 7 said)
is "$(tail -n 1 out)" "$last_line"
count=$(dpkg-query --admindir="$root/var/lib/dpkg" -f '.\n' -W | wc -l)
said "Preparing to initialize <$count> packages on the zone."
said "Initialized <$count> packages on zone."
copied=$(sed -nE 's/^Copying <([0-9]+)> files.*/\1/p' out)
found=$(find "$root" -xdev -mindepth 1 | wc -l)
[ "$copied" -gt 1000 ] && [ "$copied" -lt "$found" ] || fail "$copied copied, $found there"

# dpkg of the host and of the zone find it whole, and the zone's scripts have run.
is "$(dpkg --root="$root" --audit 2>&1)" ''
is "$(in_zone dpkg --audit 2>&1)" ''
is "$(dpkg-query --admindir="$root/var/lib/dpkg" -f '${db:Status-Want} ${db:Status-Status}\n' -W |
	sed 's/^hold/install/' | sort -u)" 'install installed'
dpkg --root="$root" -V | grep -v '^missing' >changed || true
while read -r _ kind path; do
	[ "$kind" = c ] || fail "differs from its package: $path"
	grep -q " $path of " "$log" || fail "differs from its package, and the log does not say so: $path"
done <changed
in_zone dpkg-query -W -f '${Package} ${Version}\n' systemd-sysv base-passwd dpkg >/dev/null
is "$(in_zone readlink -f /etc/alternatives/awk)" "$(in_zone readlink -f /usr/bin/mawk)"
[ -s "$root/etc/ld.so.cache" ] || fail 'no script of libc-bin has run'

# Each file of a package is the host's, but for what is configured.
for list in "$root"/var/lib/dpkg/info/*.md5sums; do
	cmp "$list" "/var/lib/dpkg/info/${list##*/}"
done
(cd / && cat "$root"/var/lib/dpkg/info/*.md5sums | cut -c 35- | grep -v '^etc/' | sort |
	while read -r path; do [ ! -f "$path" ] || echo "$path"; done | tr '\n' '\0' |
	xargs -0 md5sum) >sums
[ "$(wc -l <sums)" -gt 1000 ] || fail "only $(wc -l <sums) files"
(cd "$root" && md5sum --quiet -c "$work/sums") || fail 'files are not the host'\''s'

# Users, groups and the rest that make a host are not this one's.
absent "$root"/etc/{made-here,default/made-here,hostname,fstab,apt/auth.conf}
absent "$root/usr/sbin/policy-rc.d"
grep -q '^root:!unprovisioned:' "$root/etc/shadow" || fail 'root has a password'
no cmp -s "$root/etc/shadow" /etc/shadow
no cmp -s "$root/etc/machine-id" /etc/machine-id
find "$root" -xdev -printf '%U %G %P\n' >owners
cut -d: -f3 "$root/etc/passwd" | sort >known
is "$(cut -d' ' -f1 owners | sort -u | comm -23 - known)" ''
cut -d: -f3 "$root/etc/group" | sort >known
is "$(cut -d' ' -f2 owners | sort -u | comm -23 - known)" ''
is "$(find "$root/dev" "$root/proc" "$root/sys" "$root/run" -mindepth 1 | head -n 3)" ''
is "$(stat -c '%a %u %g' "$root" "$root/tmp" "$root/root")" \
	"$(printf '755 0 0\n1777 0 0\n700 0 0')"

# apt knows where there is more; the log says that this is the host's.
for file in /etc/apt/sources.list.d/*.list; do
	[ -e "$file" ] || continue
	cmp "$file" "$root$file"
	grep -q "configuration of this host: $file" "$log" || fail 'the log is silent about apt'
done
nothing_mounted "$place/a"
grep -q '^Setting up base-passwd' "$log" || fail 'the log has nothing of dpkg'

# It boots, to its login prompt.
: >console
mkfifo console.in
(exec 3<>console.in; systemd-nspawn --quiet --boot --directory="$root" --register=no --keep-unit \
	--private-network --link-journal=no --machine=zonea <&3 >console 2>&1) &
pid=$!
login() { grep -aq 'login:' console || ! kill -0 $pid 2>/dev/null; }
wait_for login
grep -aq 'login:' console || fail "it does not boot: $(tail -n 20 console)"
no grep -aq FAILED console
kill -9 $pid
