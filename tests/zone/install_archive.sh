# zoneadm install -m archive: the zone's root is what an archive has, as other tools see it, in each
# format and compression of tar(1).
# fs: ext4:xfs xfs:btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/install.bash"
need_cmd python3 tar bsdtar gzip bzip2 xz zstd lz4
source=$S/system
make_system "$source"
make_zone_a

install_archive() {
	zoneadm -z a install -m archive --keep-identity "$1"
	is "$(grep -v '^A btrfs subvolume' "$work/out")" "Preparing to install zone <a>.
Unpacking $1...
Zone <a> is initialized.
$last_line"
	installed
}

# Exactly what was archived, access times, too; tar names users in ACLs, who are the archive's own.
keep=(--xattrs --xattrs-include='*' --acls --sparse)
tar --format=pax "${keep[@]}" -C "$source" -cf "$S/pax.tar" .
install_archive "$S/pax.tar"
same "$source" "$place/a/root"
uninstall
python3 - "$S/pax.tar" "$S/names.tar" <<-'END'
	import sys, tarfile
	old, new = tarfile.open(sys.argv[1]), tarfile.open(sys.argv[2], 'w', format=tarfile.PAX_FORMAT)
	for m in old:
	    for name, text in list(m.pax_headers.items()):
	        if name.startswith('SCHILY.acl.'):
	            m.pax_headers[name] = text.replace(':4711:', ':guest:').replace(':4712:', ':guests:')
	        if name.startswith('SCHILY.xattr.system.') or name.startswith('GNU.'):
	            del m.pax_headers[name]
	    m.pax_headers.pop('SCHILY.xattr.security.capability', None)
	    new.addfile(m, old.extractfile(m) if m.isreg() else None)
	new.close()
END
grep -aq 'group:guests:' "$S/names.tar" || fail 'the archive has no names'
no getent passwd guest
install_archive "$S/names.tar"
same_acls "$source" "$place/a/root"
uninstall

# As others unpack the same archive. Older formats have no access times, fractions, or times before
# 1970.
touch -d 2001-01-01 "$source/etc"
for format in gnu ustar oldgnu; do
	tar --format=$format --sparse -C "$source" -cf "$S/$format.tar" . 2>/dev/null ||
		tar --format=$format -C "$source" -cf "$S/$format.tar" .
	rm -rf "$S/other"
	mkdir -m 755 "$S/other"
	tar --numeric-owner --same-owner -pxf "$S/$format.tar" -C "$S/other"
	install_archive "$S/$format.tar"
	find "$S/other" "$place/a/root" -exec touch -h -a -d 2001-01-01 {} +
	same "$S/other" "$place/a/root"
	uninstall
done
# bsdtar's own: with numbers in ACLs, flags, and attributes twice. It changes some names.
rm "$source"/*$'\xff\xfe' "$source"/e$'\xcc'*
chattr +d "$source/usr/bin/tool" "$source/home"
bsdtar --format=pax --acls --xattrs --fflags -C "$source" -cf "$S/bsd.tar" .
install_archive "$S/bsd.tar"
same "$source" "$place/a/root"
uninstall
# What cannot be changed is in the way of nothing: neither its times, nor other names of it.
chattr -d "$source/usr/bin/tool" "$source/home"
chattr +i "$source/usr/bin/tool" "$source/etc"
chattr +a "$source/home"
bsdtar --format=pax --acls --xattrs --fflags -C "$source" -cf "$S/locked.tar" .
install_archive "$S/locked.tar"
same_flags "$source" "$place/a/root"
same_by_stat "$source" "$place/a/root"
same_links "$source" "$place/a/root"
uninstall
chattr -i "$source/usr/bin/tool" "$source/etc"
chattr -a "$source/home"

# Compressed, from a pipe, without a leading "./", without entries for directories.
tar -C "$source" --xattrs -cf "$S/plain.tar" .
for command in gzip bzip2 xz zstd lz4 'xz --format=lzma' 'gzip -1'; do
	$command -q -c <"$S/plain.tar" >"$S/packed"
	install_archive "$S/packed"
	uninstall
done
"$ZONEADM" -z a install --keep-identity -m archive - <"$S/packed" >"$work/out"
said 'Unpacking standard input...'
installed
same_by_rsync "$source/usr" "$place/a/root/usr"
uninstall
"$ZONEADM" -z a install --keep-identity -m archive <(cat "$S/packed") >"$work/out"
installed
same_by_rsync "$source/usr" "$place/a/root/usr"
uninstall
xz -c "$S/plain.tar" | "$ZONEADM" -z a install -m archive - >"$work/out"
installed
is "$(cat "$place/a/root/etc/machine-id")" uninitialized
absent "$place/a/root/etc/ssh/ssh_host_rsa_key"
uninstall
(cd "$source" && tar -cf "$S/names.tar" -- * && find . -type f -print0 |
	tar --no-recursion -cf "$S/files.tar" --null -T -)
for archive in names files; do
	install_archive "$S/$archive.tar"
	is "$(stat -c '%a %u' "$place/a/root/usr/bin")" '755 0'
	is "$(cat "$place/a/root/usr/bin/tool")" '#!/bin/sh'
	uninstall
done
