# Ten thousand zones: one more is added, changed and deleted, all are listed, none is lost; one boots
# and is halted without a look at the files of the others. The times are printed, not judged.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone z5000 'set bootargs=mine'
python3 - <<-'END'
	ZONES, HEAD = '/etc/zones', '<?xml version="1.0" encoding="UTF-8"?>\n'
	with open(f'{ZONES}/index', 'a') as index:
	    for number in range(10000):
	        name = f'z{number}'
	        if name != 'z5000':
	            index.write(f'{name}:configured:/zones/{name}:\n')
	            with open(f'{ZONES}/{name}.xml', 'w') as file:
	                place = f'name="{name}" zonepath="/zones/{name}"'
	                file.write(f'{HEAD}<zone {place} autoboot="false"/>')
END
timed() {
	local start=$EPOCHREALTIME
	"${@:2}"
	echo "$(((${EPOCHREALTIME/./} - ${start/./}) / 1000)) ms: $1"
}
cp /etc/zones/index before
timed 'add a zone' make_zone one-more
timed 'change it' zonecfg -z one-more 'set zonepath=/zones/moved'
is "$(cat /etc/zones/index)" "$(cat before; echo one-more:configured:/zones/moved:)"
timed 'rename it' zonecfg -z one-more 'set zonename=last'
timed 'look at it' zonecfg -z last info
said 'zonename: last'
timed 'list -c' zoneadm list -c
is "$(grep -c '^z[0-9]' out) $(wc -l <out) $(tail -n 1 out)" '10000 10002 last'
timed 'list -cv' zoneadm list -cv
is "$(grep -c 'native     shared$' out) $(wc -l <out)" '10002 10003'
timed 'verify it' zoneadm_rc 0 -z last verify
timed 'delete it' zonecfg -z last delete\ -F
cmp before /etc/zones/index
zonecfg -z z5000 info
said 'bootargs: mine'
registry_sound

export ZONEADMD_RUNTIME=null
mkdir -m 700 web
mkdir web/root
make_zone web "set zonepath=$work/web"
set_state web installed
truncate -s 1 /etc/zones/z[0-9]*.xml # damaged: who reads one complains
alone() { ! grep /etc/zones/z "$work/err" || fail "to $1 it took the files of others"; }
for verb in boot list reboot halt; do
	timed "$verb one" zoneadm_rc 0 -z web $verb
	alone "$verb"
	if [ "$verb" = boot ]; then
		timed 'log in' ran 0 "$ZLOGIN" web true
		alone 'log in'
	fi
done
