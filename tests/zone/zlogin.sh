# zlogin into a zone that runs: a command there is the zone's in every respect; a session on a
# terminal; users; what the zone's root has made of its files; and the zone's end.
# fs: ext4
# cgroups: own
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
. "$tests/zone/runtime.bash"
make_zone_a
zoneadm_rc 0 -z a install
root=$place/a/root
echo 'bob:x:1000:1001:Bob:/home/bob:/bin/sh' >>"$root/etc/passwd"
echo 'bob:*:19000:0:99999:7:::' >>"$root/etc/shadow"
printf 'bob:x:1001:\nextra:x:1002:al,bob\n' >>"$root/etc/group"
mkdir -p "$root/home/bob"
chown 1000:1001 "$root/home/bob"
zoneadm_rc 0 -z a boot

# status STATUS ARGUMENT...: of zlogin, whose own begin with 125.
status() {
	local rc=0
	timeout -k 5 60 "$ZLOGIN" "${@:2}" </dev/null >"$work/out" 2>"$work/err" || rc=$?
	is "$rc" "$1"
}
terminal() { python3 "$tests/zone/terminal.py" "$ZLOGIN" "$@" >seen 2>&1 || fail "$(cat seen)"; }

# ---- a process of the zone ----

for namespace in cgroup ipc mnt net pid uts; do
	zlogin a readlink "/proc/self/ns/$namespace"
	inside=$(cat out)
	zlogin a readlink "/proc/1/ns/$namespace"
	is "$inside" "$(cat out)"
	[ "$inside" != "$(readlink "/proc/self/ns/$namespace")" ] || fail "$namespace is the host's"
done
zlogin a sh -c 'grep ^Cap /proc/self/status; grep ^Cap /proc/1/status'
is "$(grep CapBnd out | sort -u | wc -l)" 1
zlogin a sh -c 'ls /proc/self/fd; tty || true; env | cut -d= -f1 | sort | xargs'
is "$(xargs <out)" '0 1 2 3 not a tty HOME LOGNAME PATH PWD SHELL TERM USER'
zlogin a sh -c 'echo kept >/dev/shm/kept'
zlogin a cat /dev/shm/kept
said_only kept

# Bytes, both ways.
head -c 100000000 /dev/urandom >"$D/data"
"$ZLOGIN" a cat <"$D/data" | cmp - "$D/data"
rm "$D/data"

# ---- users ----

status 0 -l bob a sh -c 'id; pwd; echo $HOME $USER; echo e >/dev/stderr'
is "$(cat out)" "uid=1000(bob) gid=1001(bob) groups=1001(bob),1002(extra)
/home/bob
/home/bob bob"
is "$(cat err)" e
status 1 -l bob a sh -c 'cat /etc/shadow >/dev/null 2>&1'

# ---- a session ----

# What ^C is to end runs: bash that is just about to start it may be left without its terminal.
terminal a <<'EOS'
expect \[Connected to zone 'a' pts/\d+\]
expect [#$] 
send stty size; tty; echo $TERM\r
expect 50 132
expect /dev/pts/\d+
expect xterm
size 33 99
send until [ "$(stty size)" = "33 99" ]; do sleep 0.1; done; echo it is $(stty size)\r
expect it is 33 99
send sh -c 'echo to $((1 + 1)) sleep; exec sleep 1000'\r
expect to 2 sleep
send \x03
expect [#$] 
send exit 5\r
expect \[Connection to zone 'a' pts/\d+ closed\]
end 5
EOS
terminal -l bob a <<'EOS'
expect [#$] 
send id -un; test -w $(tty) && echo mine\r
expect bob
expect mine
send \r~.
end 0
EOS
terminal -S -Q a <<'EOS'
expect [#$] 
send kill -9 $$\r
end 137
EOS

# ---- what the zone's root has made ----

# What says who is who is something else now, which is not waited for, not read for ever, and not
# looked for on the host: only -S does without.
echo 'root:x:0:0::/:/of/host' >"$work/passwd"
zlogin a mv /etc/passwd /etc/passwd.kept
passwd_is() {
	status 0 -S a sh -c "$1"
	status 125 a true
	grep -q "$2" err || fail "$1: $(cat err)"
	status 0 -S a rm -r /etc/passwd
}
passwd_is 'mkfifo /etc/passwd' 'not a regular file'
passwd_is 'mkdir /etc/passwd' 'not a regular file'
passwd_is 'ln -s /dev/zero /etc/passwd' 'not a regular file'
passwd_is 'ln -s /proc/kmsg /etc/passwd' '/etc/passwd'
passwd_is "ln -s /../../../../../..$work/passwd /etc/passwd" 'No such file'
passwd_is 'truncate -s 500M /etc/passwd' 'too large'
passwd_is 'head -c 16M /dev/zero | tr "\0" : >/etc/passwd' 'no user root'
passwd_is 'head -c 16M /dev/zero | tr "\0" "\n" >/etc/passwd' 'no user root'
passwd_is 'printf "root:x:0:0\0::/:/bin/sh\n" >/etc/passwd' 'not understood'
status 0 -S a mv /etc/passwd.kept /etc/passwd
# Nor are there users with such names.
for name in 'root;id' 'root ' "$(printf '%0300d' 0)" 4294967295; do
	status 125 -l "$name" a true
	grep -q 'no user' err || fail "$name: $(cat err)"
	terminal -l "$name" a <<<'end 1'
done
# Shells that are none.
for make in '' 'mkdir /root/shell' 'mkfifo -m 755 /root/shell'; do
	zlogin a sh -c "sed -i '/^bob:/s,[^:]*$,/root/shell,' /etc/passwd; $make"
	for form in '' '-c'; do
		rc=0
		"$ZLOGIN" -l bob ${form:+$form} a ${form:+true} </dev/null >out 2>err || rc=$?
		[ "$rc" = 126 ] || [ "$rc" = 127 ] || fail "'$make': status $rc"
	done
	zlogin a rm -rf /root/shell
done

# A login is what the zone makes of it, as long as it wants; the user can leave all the same, and his
# terminal is as it was.
zlogin a mv /bin/su /bin/su.kept
login_is() {
	"$ZLOGIN" a sh -c 'cat >/bin/su.new; chmod 4755 /bin/su.new; mv /bin/su.new /bin/su'
}
leave() { terminal a <<<$'expect gone\nsend \\r~.\nend 0'; }
login_is <<'EOS'
#!/bin/sh
ls -l /proc/self/fd >/run/fds
grep -v -e ' /dev/pts/' -e ' /run/fds' -e '/fd$' -e total /run/fds && exit 1
[ "$(env | cut -d= -f1 | sort | xargs)" = 'HOME LOGNAME PATH PWD SHELL TERM USER' ] || exit 2
[ $PPID = 0 ] && [ "$(ps -o sid= -p $$)" -eq $$ ] || exit 3
printf '\033]0;of zone\007\033[?1049h'
stty raw -echo
exit 4
EOS
terminal a <<<'end 4'
login_is <<'EOS'
#!/bin/sh
trap '' HUP INT QUIT TERM TSTP
stty raw -echo
echo gone
while :; do sleep 1000; done
EOS
leave
login_is <<'EOS'
#!/bin/sh
trap '' HUP INT QUIT TERM
echo gone
exec sleep 1000 </dev/null >/dev/null 2>&1
EOS
leave
login_is <<'EOS'
#!/bin/sh
trap '' HUP
exec sleep 1000 </dev/null >/dev/null 2>&1 &
exit 5
EOS
terminal a <<<'end 5'
for pause in 0 0.05; do
	login_is <<-EOS
		#!/bin/sh
		trap '' HUP
		while :; do echo line; [ $pause = 0 ] || sleep $pause; done &
		exit 6
	EOS
	terminal a <<<'end 6'
done
# Nor does it wait for who reads what is printed.
login_is <<<$'#!/bin/sh\nexec yes'
terminal a <<<$'expect y\nunread 143'
"$ZLOGIN" a sh -c 'exec yes >/dev/console' </dev/null >talk 2>&1 & talk=$!
terminal -C a <<<$'expect y\nunread 143'
kill "$talk"
wait "$talk" || true
zlogin a mv /bin/su.kept /bin/su
# So is the place of pseudoterminals.
zlogin a sh -c 'mount -t tmpfs tmpfs /dev/pts && mkfifo /dev/pts/ptmx'
terminal a <<'EOS'
expect not a file system of pseudoterminals
end 125
EOS
zlogin a umount /dev/pts

# ---- the zone's end ----

"$ZLOGIN" a sh -c 'echo begun; exec sleep 1000' >begun 2>lost & session=$!
wait_for grep -q begun begun
zoneadm_rc 0 -z a halt
rc=0
wait "$session" || rc=$?
# As it is killed with the zone, it may be seen to end, or not.
[ "$rc" -eq 125 ] || [ "$rc" -eq 137 ] || fail "status $rc: $(cat lost)"
status 125 a true
grep -q 'boot it first' err || fail "$(cat err)"
