# zoneadm uninstall: all files of the zone go, whatever they are, and nothing else; the configuration
# stays; a person is asked.
# fs: ext4 xfs btrfs tmpfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
zonepath=$S/zones/a

# reinstall: the zone a with a tree that is hard to remove.
reinstall() {
	[ ! -e /etc/zones/a.xml ] || zonecfg -z a 'delete -F'
	install_zone a "$zonepath"
	make_links "$zonepath/root/links"
	make_names "$zonepath/root/names"
	make_modes "$zonepath/root/modes"
	make_deep "$zonepath/root/deep" 50
	make_sparse "$zonepath/root/sparse"
	ln -s "$S/precious" "$zonepath/root/out"
	ln "$S/precious/linked" "$zonepath/root/linked"
	[ "$src_fs" = tmpfs ] || chattr +i "$zonepath/root/sparse" "$zonepath/root/sparse/middle"
}

# It is gone, but for its configuration, and nothing else is.
gone() {
	is "$(index_line a)" "a:configured:$zonepath:"
	is "$(xml_of a /zone/@zonepath)" "$zonepath"
	absent "$zonepath"
	is_described "$S/precious" precious
	[ -e "$S/zones/b/root/etc/hostname" ] || fail 'another zone went, too'
	nothing_left
}

mkdir -p "$S/precious/dir"
echo keep | tee "$S/precious/file" "$S/precious/dir/file" >"$S/precious/linked"
ln "$S/precious/linked" "$S/precious/linked2"
install_zone b "$S/zones/b"

reinstall
# Its link count goes down again with the zone's link.
rm "$zonepath/root/linked"
describe "$S/precious" >precious
ln "$S/precious/linked" "$zonepath/root/linked"
zoneadm_rc 0 -z a uninstall -F
said_only ''
silent
gone
# What is configured only has nothing to remove.
zoneadm_rc 1 -z a uninstall -F
erred 'zone a is configured, so it cannot be uninstalled'

# Incomplete zones can be uninstalled, and nothing else; their files may be gone, or partly so.
reinstall
rm -r "$zonepath/root/names"
set_state a incomplete
zoneadm_rc 1 -z a move "$S/zones/other"
zoneadm_rc 0 -z a uninstall -F
gone
reinstall
[ "$src_fs" = tmpfs ] || chattr -R -i "$zonepath/root/sparse"
rm -rf "$zonepath"
zoneadm_rc 1 -z a uninstall -F
erred 'mount or restore it'
zoneadm_rc 0 -z a mark incomplete
zoneadm_rc 0 -z a uninstall -F
erred 'nothing was removed'
gone
# What is not the zone's is not removed with it.
reinstall
echo mine >"$zonepath/notes"
zoneadm_rc 1 -z a uninstall -F
erred 'not the zone'"'"'s: notes'
is "$(cat "$zonepath/notes")" mine
rm "$zonepath/notes"
zoneadm_rc 0 -z a uninstall -F
gone

# Nobody to ask.
reinstall
before=$(stored; untouched)
zoneadm_rc 1 -z a uninstall </dev/null
erred 'say "uninstall -F"'
echo y | zoneadm_rc 1 -z a uninstall
erred 'say "uninstall -F"'
for arguments in -x '-F -F' '-F x' x; do
	# shellcheck disable=SC2086 # several
	zoneadm_rc 2 -z a uninstall $arguments
done
is "$(stored; untouched)" "$before"

# Somebody who is asked: only a yes is one.
need_cmd python3
answer() {
	python3 - "$1" <<-'END' || fail 'the dialogue went wrong'
		import os, pty, sys
		pid, fd = pty.fork()
		if pid == 0:
		    os.execv(os.environ['ZONEADM'], ['zoneadm', '-z', 'a', 'uninstall'])
		seen = b''
		while b'(y/[n])? ' not in seen:
		    seen += os.read(fd, 1000)
		assert b'Really remove all files of zone a (y/[n])? ' in seen, seen
		os.write(fd, sys.argv[1].encode().decode('unicode_escape').encode())
		try:
		    while os.read(fd, 1000):
		        pass
		except OSError:
		    pass
		sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	END
}
for no in '\n' 'n\n' 'no\n' ' y\n' 'x\n' '\x00\n' '\x04' 'ny\n'; do
	answer "$no"
	is "$(stored; untouched)" "$before"
done
answer 'y\n'
gone
reinstall
answer 'Yes\n'
gone
