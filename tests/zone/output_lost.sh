# Status 1 means that nothing was stored, also if it is the output that failed.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone a
before=$(stored)
no timeout 10 "$ZONECFG" -z a 'info; set autoboot=true' >/dev/full 2>err
erred 'cannot write to standard output'
is "$(stored)" "$before"
no timeout 10 "$ZONECFG" -z a 'info; set autoboot=true' >&- 2>err
is "$(stored)" "$before"
# Without any of the three: no file of the registry takes their place.
"$ZONECFG" -z a 'set autoboot=true' <&- >&- 2>&- || true
"$ZONECFG" -z a 'set nothing=true; info' <&- >&- 2>&- || true
registry_sound
