# The command line: 0 for help, 2 for wrong usage; where output goes.
# fs: tmpfs
. "$tests/zone/lib.sh"
for arguments in '' '-z' '-x' '-z a -x' 'info' '-f file' '-z a -f file info'; do
	# shellcheck disable=SC2086 # several words
	zonecfg_rc 2 $arguments
	erred 'Usage: zonecfg -z ZONE'
	said_only ''
done
zonecfg_rc 2 -z '' info
zonecfg_rc 2 -z global info
erred '"global" is the host itself'
zonecfg_rc 2 -z a/b create
erred '"a/b" is not a zone'\''s name'
zonecfg --help
said 'Usage: zonecfg -z ZONE'
zonecfg --version
[[ $(cat out) =~ ^zonecfg\ [0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "the version is $(cat out)"
# Everything that help names, it explains; without a zone, and on one that does not exist.
zonecfg help
said 'Commands:'
topics=$(awk '/^  / { print $1 }' out)
[ "$(wc -w <<<"$topics")" -gt 30 ] || fail "topics: $topics"
for topic in $topics commands syntax usage hostid pool; do
	zonecfg help "$topic"
	[ "$(wc -l <out)" -ge 1 ] || fail "no help on $topic"
	zonecfg -z none "help $topic"
done
zonecfg -z none '?'
said 'Commands:'
zonecfg_rc 1 help nonsense
erred 'there is no help on "nonsense"'
# Nothing was made, and output that cannot be written is no success.
is "$(names_in /etc/zones)" ''
no timeout 10 "$ZONECFG" help >/dev/full 2>err
erred 'cannot write to standard output'
make_zone a
no timeout 10 "$ZONECFG" -z a info >/dev/full 2>err
erred 'cannot write to standard output'
no timeout 10 "$ZONECFG" -z a export >/dev/full 2>err
# A reader that goes away early: a pipe's usual end, and no message.
("$ZONECFG" -z a 'export; export' 2>err || true) | true
no grep -q . err
# Without standard input, output and error: what is opened instead gets none of what is printed.
before=$(stored)
no "$ZONECFG" -z a info 0<&- 1>&- 2>&-
no "$ZONECFG" -z a info 1>&-
"$ZONECFG" -z a 'add attr; set name=n; set type=int; set value=1; end' 0<&- 1>&- 2>&-
no "$ZONEADM" -z a uninstall -F 0<&- 1>&- 2>&-
"$ZONECFG" -z a 'remove attr' 0<&- 1>&- 2>&-
is "$(stored)" "$before"
# A wrong option is told in one sentence of the program's own, whichever option of which program.
while read -r program arguments; do
	text=${arguments#*: } arguments=${arguments%%: *}
	rc=0
	# shellcheck disable=SC2086 # several words
	"${ZONEADM%/*}/$program" $arguments >out 2>err </dev/null || rc=$?
	is "$rc:$(head -n 1 err)" "2:$program: $text"
	is "$(grep -c "^$program" err)" 1
	grep -qi '^usage:' err || fail "$program does not say how it is called"
done <<'EOF'
zonecfg -q: there is no option -q
zonecfg -z: -z needs an argument
zoneadm -q: there is no option -q
zoneadm -z: -z needs an argument
zoneadm --version=1: --version takes no argument
zoneadm -z a list -q: list: there is no option -q
zoneadm -z a install -m: install: -m needs an argument
zoneadm -z a install --lossy -Lz: install: there is no option -L
zoneadm -z a install --sysidcfg: install: --sysidcfg needs an argument
zoneadm -z a install --keep: install: --keep can be more than one option
zoneadm -z a move -q /z: move: there is no option -q
zoneadm -z a move -x dataset /z: move: -x can be nodataset only
zoneadm -z a attach -q: attach: there is no option -q
zoneadm -z a boot --single: boot: there is no option --single
zoneadm -z a reboot -q: reboot: there is no option -q
zoneadm -z a shutdown -t: shutdown: -t needs an argument
zlogin -x web: there is no option -x
zlogin -l: -l needs an argument
zonename --zone=a: there is no option --zone
zoneadmd -q: there is no option -q
zoneadmd -f -z: -z needs an argument
EOF
