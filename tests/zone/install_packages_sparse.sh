# zoneadm install of a zone that has directories in common with the host: their files are not
# copied; scripts that want to write there are warned of, and the packages of all others are
# configured. What is given by lofs is the host's, too.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
mkdir -p "$work/exported:a\\b"
echo host >"$work/exported:a\\b/file"
make_zone_a "add inherit-pkg-dir; set dir=/usr; end; add inherit-pkg-dir; set dir=/opt; end
add fs; set dir=/var/cache; set special=\"$work/exported:a\\\\b\"; set type=lofs; add options ro; end"
before=$(find /usr -xdev -newer "$work/exported:a\\b" | sort)
zoneadm_rc 0 -z a install
installed
root=$place/a/root
is "$(names_in "$root/usr")" ''
is "$(names_in "$root/opt")" ''
is "$(names_in "$root/var/cache")" ''
is "$(readlink "$root/bin")" "$(readlink /bin)"
is "$(names_in "$work/exported:a\\b")" file
is "$(find /usr -xdev -newer "$work/exported:a\\b" | sort)" "$before"
copied=$(sed -nE 's/^Copying <([0-9]+)> files.*/\1/p' out)
[ "$copied" -lt 3000 ] || fail "$copied files are copied"

# The counts are so, and those that are not installed are named.
admin=$root/var/lib/dpkg
dpkg-query --admindir="$admin" -f '${Package} ${db:Status-Status}\n' -W >states
grep -c ' installed$' states >installed || true
said "Preparing to initialize <$(wc -l <states)> packages on the zone."
said "Initialized <$(cat installed)> packages on zone."
failed=$(sed -n 's/ \(half-configured\|unpacked\)$//p' states | tr '\n' ' ')
if [ "$failed" ]; then
	said "Installation of these packages generated warnings: ${failed% }"
	for package in $failed; do
		grep -q "^dpkg: error processing package $package" "$log" ||
			fail "the log does not say what $package has"
	done
fi
[ "$(cat installed)" -gt 50 ] || fail "only $(cat installed) packages are configured"
grep -q '^root:' "$root/etc/passwd" || fail 'base-passwd is not configured'
[ -s "$root/etc/ld.so.cache" ] || fail 'libc-bin is not configured'
nothing_mounted "$place/a"
uninstall

# A zone cannot have the database of packages from the host.
zonecfg_rc 0 -z a 'add inherit-pkg-dir; set dir=/var; end'
zoneadm_rc 1 -z a install
erred '/var'
index_line a | grep -q '^a:configured:' || fail "$(index_line a)"
