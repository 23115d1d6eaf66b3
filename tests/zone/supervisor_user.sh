# An ordinary user boots and halts a zone with the runtime that has no containers, as the root of a
# user namespace.
# fs: tmpfs
. "$tests/zone/lib.sh"
need_cmd setpriv unshare
zoneadmd=$(dirname "$ZONEADM")/zoneadmd
[ -x "$zoneadmd" ] || fail "$zoneadmd is not built"
# A root of the user's own: what is the host root's is nobody's inside, and not to be trusted there.
mkdir -m 755 user user/{bin,root}
install -m 755 "$ZONECFG" "$ZONEADM" "$zoneadmd" user/bin
chown -R 65534:65534 user
cat >user/outside <<'END'
set -eu
mount -t tmpfs -o mode=755 tmpfs root
cd root
mkdir -m 755 usr dev proc etc etc/zones run tmp programs zones
mkdir -m 700 zones/web
mkdir zones/web/root
for name in bin sbin lib lib32 lib64 libx32; do
	[ ! -e "/$name" ] || ln -s "usr/$name" "$name"
done
for name in usr dev proc; do
	mount --rbind "/$name" "$name"
done
mount --bind ../bin programs
exec chroot . /usr/bin/bash -eu <../inside
END
cat >user/inside <<'END'
export PATH=/programs:/usr/sbin:/usr/bin ZONEADMD_RUNTIME=null
zonecfg -z web 'create -b; set zonepath=/zones/web'
sed -i 's,^web:configured:\(.*\):.*,web:installed:\1:01234567-89ab-4def-8123-456789abcdef,' \
	/etc/zones/index
state() {
	zoneadm -z web list -p | cut -d: -f3
}
zoneadm -z web boot -- one
[ "$(state)" = running ]
zoneadm -z web reboot
[ "$(state)" = running ]
# The console is got back from the engine, also by who is root only here.
kill -KILL "$(sed -n 's/^supervisor=\([0-9]*\) .*/\1/p' /run/zones/web.live)"
zoneadm -z web shutdown
[ "$(state)" = installed ]
zoneadm -z web boot -- fail 2>/tmp/said && exit 1
grep 'null: told to fail' /tmp/said
zoneadm -z web ready
[ "$(state)" = ready ]
zoneadm -z web halt
[ "$(state)" = installed ]
echo all done
END
as_user() {
	(cd user && setpriv --reuid=65534 --regid=65534 --clear-groups \
		unshare --user --map-root-user --mount "$@")
}
as_user true 2>why || skip "no user namespaces for ordinary users: $(cat why)"
as_user bash outside >said 2>&1 || fail "as an ordinary user: $(cat said)"
is "$(tail -n 1 said)" 'all done'
! grep -E 'Sanitizer|runtime error:|cannot' said || fail 'what was said is not right'
