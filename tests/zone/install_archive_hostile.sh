# zoneadm install -m archive: archives that would write elsewhere, lie, or are not whole: refused
# with the entry's name, and nothing is left, inside or outside.
# fs: ext4 btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/install.bash"
need_cmd bsdtar tar xz zstd gzip bzip2
make_zone_a
mkdir "$S/outside"
echo precious >"$S/outside/file"
chmod 640 "$S/outside/file"

# archive NAME ENTRY...: $S/NAME.tar, the root of a system and then these entries: "file PATH",
# "dir PATH", "link PATH TARGET", "hard PATH TARGET", "null PATH", each as python's words.
archive() {
	python3 - "$@" <<-'END'
		import io, sys, tarfile
		out = tarfile.open(sys.argv[1], 'w', format=tarfile.PAX_FORMAT)
		types = {'dir': tarfile.DIRTYPE, 'link': tarfile.SYMTYPE, 'hard': tarfile.LNKTYPE,
		    'null': tarfile.CHRTYPE, 'file': tarfile.REGTYPE}
		def add(kind, name, target='', **pax):
		    entry = tarfile.TarInfo(name)
		    entry.type, entry.linkname, entry.mode = types[kind], target, 0o755
		    entry.devmajor, entry.devminor = 1, 3
		    entry.pax_headers = pax
		    text = b'evil\n' if kind == 'file' else b''
		    entry.size = len(text)
		    out.addfile(entry, io.BytesIO(text))
		for name in ('etc', 'usr'):
		    add('dir', name)
		for words in sys.argv[2:]:
		    add(*[word.encode().decode('unicode_escape') for word in words.split(' ')])
		out.close()
	END
}

# What is outside is what it was.
outside_untouched() {
	is "$(cat "$S/outside/file")" precious
	is "$(stat -c '%a %u %h' "$S/outside/file")" '640 0 1'
	is "$(ls -A "$S/outside")" file
	absent "$place/evil" "$D/evil" /evil /tmp/evil
}

# hostile TEXT ENTRY...: an archive with these is refused, and TEXT is said.
hostile() {
	local text=$1
	shift
	archive "$S/evil.tar" "$@"
	install_fails "$text" -m archive "$S/evil.tar"
	said "$last_line"
	outside_untouched
}

# ---- names ----

hostile 'the entry "/etc/evil" has an absolute name' 'file /etc/evil'
hostile 'the entry "../evil" has .. in its name' 'file ../evil'
hostile 'the entry "etc/../../evil" has .. in its name' 'file etc/../../evil'
hostile 'the entry "../" has .. in its name' 'dir ..'
hostile 'the entry "etc/../" has .. in its name' 'dir etc/..'
hostile 'the entry "." is the root itself' 'file .'
hostile 'the entry "./." is the root itself' "link ./. $S/outside"
hostile 'the entry "./" is the root itself' 'hard ./ etc'
hostile 'the entry "../a\012zoneadm:' 'file ../a\nzoneadm:\x1b[2J'
grep -q $'\x1b' "$work/err" && fail 'an escape sequence was passed on'

# ---- through links ----

hostile 'make etc/dir/evil: it would be written through a symbolic link' \
	"link etc/dir $S/outside" 'file etc/dir/evil'
hostile 'make etc/dir/evil: it would be written through a symbolic link' \
	'link etc/dir ../usr' 'file etc/dir/evil'
hostile 'make etc/dir/new/evil: it would be written through a symbolic link' \
	"link etc/dir $S/outside" 'dir etc/dir/new/evil'
hostile 'make the file etc/link: there is something of that name' \
	"link etc/link $S/outside/file" 'file etc/link'
hostile 'make the directory etc/dir: there is something of that name' \
	"link etc/dir $S/outside" 'dir etc/dir'
hostile 'link to "etc/dir/file" the name etc/hard: it would be written through a symbolic link' \
	"link etc/dir $S/outside" 'hard etc/hard etc/dir/file'
hostile "that has an absolute name" "hard etc/hard $S/outside/file"
hostile 'is a link to "../../outside/file", and that has .. in its name' \
	'hard etc/hard ../../outside/file'
hostile 'link to "etc/none" the name etc/hard: No such file' 'hard etc/hard etc/none'
hostile 'link to "etc" the name etc/hard' 'hard etc/hard etc'
hostile 'link to "etc/hard" the name etc/hard: No such file' 'hard etc/hard etc/hard'
# A link to a link is one more name of the link, through which nothing is written either.
hostile 'make the file etc/hard: there is something of that name' \
	"link etc/link $S/outside/file" 'hard etc/hard etc/link' 'file etc/hard'

# ---- twice, and one in the place of another ----

hostile 'make the file etc/twice: there is something of that name' 'file etc/twice' 'file etc/twice'
hostile 'make the file etc: there is something of that name' 'file etc'
hostile 'make etc/file/below: something on the way is no directory' 'file etc/file' \
	'file etc/file/below'
hostile 'make the directory etc/file: there is something of that name' 'file etc/file' 'dir etc/file'
hostile 'make the device or fifo etc/null: there is something' 'file etc/null' 'null etc/null'
hostile 'make the file etc/null: there is something' 'null etc/null' 'file etc/null'
hostile 'File name too long' "file etc/$(printf 'x%.0s' {1..300})"

# ---- what is no root of a system, no archive, or not whole ----

mkdir -p "$S/tree/rootfs"/{etc,usr}
tar -C "$S/tree" -cf "$S/below.tar" .
install_fails 'has the root of a system in a directory, rootfs/' -m archive "$S/below.tar"
tar -C "$S/outside" -cf "$S/other.tar" .
install_fails 'is not the root of a system' -m archive "$S/other.tar"

for kind in empty text zip large; do
	case $kind in
	empty) : >"$S/none" ;;
	text) echo 'no archive' >"$S/none" ;;
	zip) python3 -m zipfile -c "$S/none" "$S/outside/file" ;;
	large) head -c 100000 /dev/zero | tr '\0' x >"$S/none" ;;
	esac
	install_refused 'is not an archive of tar(1)' -m archive "$S/none"
done
head -c 10240 /dev/zero >"$S/none"
install_refused 'has nothing in it' -m archive "$S/none"
install_refused 'install -m directory' -m archive "$S/outside"
install_refused "$S/missing: No such file" -m archive "$S/missing"
install_fails 'is not an archive of tar(1)' -m archive - </dev/null
"$ZONEADM" -z a install -m archive - <&- 2>"$work/err" >/dev/null && fail 'without standard input'
nothing_installed

make_system "$S/system"
head -c 3000000 /dev/urandom >"$S/system/large"
tar -C "$S/system" --sort=name -cf "$S/whole.tar" .
size=$(stat -c %s "$S/whole.tar")
# Cut off in an entry, in the middle of content, between entries, before the end mark.
end=$(python3 -c '
import sys, tarfile
members = tarfile.open(sys.argv[1]).getmembers()
print(members[5].offset, max(m.offset_data + (m.size + 511) // 512 * 512 for m in members))
' "$S/whole.tar")
for at in 700 1000000 ${end% *} ${end#* }; do
	head -c "$at" "$S/whole.tar" >"$S/cut.tar"
	[ "$at" -lt "$size" ]
	install_fails 'not all' -m archive "$S/cut.tar"
done
for command in gzip xz zstd bzip2; do
	$command -c "$S/whole.tar" >"$S/packed"
	head -c $(($(stat -c %s "$S/packed") * 2 / 3)) "$S/packed" >"$S/cut"
	install_fails 'is damaged, or not all of it is there' -m archive "$S/cut"
	# A bit that fell over.
	cp "$S/packed" "$S/cut"
	printf '\x55\xaa\x55\xaa' | dd of="$S/cut" bs=1 seek=1500000 conv=notrunc status=none
	install_fails 'is damaged' -m archive "$S/cut"
done

# An ACL that names nobody of the system in the archive.
rm "$S/system/large"
setfacl -m g:4712:r "$S/system/usr/bin/tool"
tar --format=pax --acls -C "$S/system" --exclude=./etc/group -cf "$S/acl.tar" .
python3 - "$S/acl.tar" "$S/names.tar" <<-'END'
	import sys, tarfile
	old, new = tarfile.open(sys.argv[1]), tarfile.open(sys.argv[2], 'w', format=tarfile.PAX_FORMAT)
	for m in old:
	    acl = m.pax_headers.get('SCHILY.acl.access')
	    if acl:
	        m.pax_headers['SCHILY.acl.access'] = 'user::rwx,group::r-x,group:ghosts:r--,mask::rwx,other::r-x'
	    new.addfile(m, old.extractfile(m) if m.isreg() else None)
	new.close()
END
install_fails 'give its ACL, which names the group "ghosts", to ' -m archive "$S/names.tar"

# ---- what cannot be kept ----

# mount_small OPTION...: from here on zone a is to be on a small file system of its own.
mount_small() {
	rm -f "$work/small.img"
	truncate -s 40M "$work/small.img"
	mkfs.ext4 -q "$@" "$work/small.img" &>/dev/null
	mkdir -p "$work/small"
	mount -o loop "$work/small.img" "$work/small"
	place=$work/small
}
zonecfg_rc 0 -z a "set zonepath=$work/small/a"
mount_small -I 128
tar --format=pax -C "$S/system" -cf "$S/times.tar" .
# Times that are rounded are no reason to refuse an archive.
zoneadm_rc 0 -z a install -m archive "$S/times.tar"
erred 'the new place cannot hold times exactly of'
is "$(stat -c %Y "$place/a/root/usr")" "$(stat -c %Y "$S/system/usr")"
uninstall
umount "$work/small"

chattr +S "$S/system/usr"
bsdtar --format=pax --fflags -C "$S/system" -cf "$S/flags.tar" etc usr
mount -t tmpfs -o mode=755 tmpfs "$work/small"
install_fails 'cannot give the flags to usr: the new place cannot hold that' -m archive "$S/flags.tar"
erred 'to do without: --lossy'
zoneadm_rc 0 -z a install --lossy -m archive "$S/flags.tar"
erred 'the new place cannot hold attributes, ACLs or flags of 1 objects, such as usr'
uninstall
umount "$work/small"
chattr -S "$S/system/usr"

# No room.
mount_small
head -c 60000000 /dev/zero >"$S/system/bomb"
tar -C "$S/system" -czf "$S/bomb.tar.gz" .
install_fails 'cannot write bomb: No space left on device' -m archive "$S/bomb.tar.gz"
is "$(ls "$place")" lost+found
