# zoneadm help, --help and --version; subcommands that are to come.
# fs: tmpfs
. "$tests/zone/lib.sh"

zoneadm_rc 0 help
[ ! -s "$work/err" ] || fail 'help was asked for: it is no message'
cp "$work/out" "$work/help"
zoneadm_rc 0 --help
same_text '--help' "$work/help" "$work/out"
zoneadm_rc 0 --version
prints '^zoneadm [0-9]+\.[0-9]+\.[0-9]+$'

subcommands='help boot halt ready shutdown reboot list verify install uninstall clone move detach
	attach mark recover'
for subcommand in $subcommands; do
	grep -Eq "^$subcommand\b" "$work/help" || fail "help does not name $subcommand"
	zoneadm_rc 0 help "$subcommand"
	prints "^usage:.* $subcommand\b"
	cp "$work/out" "$work/sub"
	zoneadm_rc 0 "$subcommand" --help
	same_text "$subcommand --help" "$work/sub" "$work/out"
done
is "$(grep -Ec '^[a-z]+( |$)' "$work/help")" "$(wc -w <<<"$subcommands")"
zoneadm_rc 0 help list verify
is "$(grep -c '^usage:' "$work/out")" 2
zoneadm_rc 2 help nosuch
says 'there is no subcommand nosuch'
zoneadm_rc 2 verfy
says 'did you mean verify\?'
# Names are whole words.
zoneadm_rc 2 lis

make_zone web
for subcommand in boot halt ready shutdown reboot; do
	zoneadm_rc 1 -z web "$subcommand"
	says "zoneadm: zone web is configured, so it cannot be "
	zoneadm_rc 1 "$subcommand"
	says "$subcommand: which zone\?"
	zoneadm_rc 1 -z global "$subcommand"
	says 'the global zone is the host itself'
	zoneadm_rc 1 -z nosuch "$subcommand"
	says 'nosuch: No such zone configured'
done

# What is not the user's choice cannot move the cursor.
zoneadm_rc 1 -z $'a\e[31m\x7f\xc2\x9b' list
is "$(cat "$work/err")" 'zoneadm: a\033[31m\177\302\233: No such zone configured'
