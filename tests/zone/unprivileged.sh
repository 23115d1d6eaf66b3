# Without rights: everything can be looked at, nothing changed, and nothing is made.
# fs: tmpfs
. "$tests/zone/lib.sh"
need_cmd setpriv
install -m 755 "$ZONECFG" "$work/zonecfg"
nobody() {
	local rc=$1
	shift
	ran "$rc" setpriv --reuid=65534 --regid=65534 --clear-groups "$work/zonecfg" "$@"
}
# A machine without zones.
rmdir /etc/zones
nobody 1 -z a info
erred 'a: No such zone configured'
nobody 1 -z a 'create; set zonepath=/zones/a'
erred 'only root may change zones'
absent /etc/zones /run/zones
make_zone a 'add attr; set name=x; set type=string; set value=y; end'
before=$(stored)
for command in info export verify 'info attr' 'info zonepath' help; do
	zonecfg -z a "$command"
	cp out as-root
	nobody 0 -z a "$command"
	cmp out as-root
	silent
done
for command in 'set autoboot=true' 'create -F' create 'delete -F' 'add fs' 'remove attr' \
	'clear autoboot' 'select attr' commit 'set zonepath=/zones/a'; do
	nobody 1 -z a "$command"
	erred 'only root may change zones: this can be looked at only'
done
nobody 1 -z b 'create; set zonepath=/zones/b'
is "$(stored)" "$before"
# What a dead command of root's left behind does not keep others from looking.
echo x >/etc/zones/.transaction/0123456789abcdef.0
nobody 0 -z a info
silent
is "$(names_in /etc/zones/.transaction)" 0123456789abcdef.0
zonecfg -z a info
is "$(names_in /etc/zones/.transaction)" ''
# A dialogue, too.
ZONECFG=$work/zonecfg python3 - <<-'END' || fail 'the dialogue went wrong'
	import os
	from dialogue import Dialogue
	os.setgroups([])
	os.setgid(65534)
	os.setuid(65534)
	d = Dialogue('-z', 'a')
	d.expect('zonecfg:a> ')
	d.line('set autoboot=true', 'this can be looked at only\nzonecfg:a> ')
	d.line('info autoboot', 'autoboot: false\nzonecfg:a> ')
	d.type('exit\r')
	d.end(0)
END
is "$(stored)" "$before"
