# Random zones: export, given to another zone, makes the same one. ROUND_TRIPS: how many; SEED:
# which.
# fs: tmpfs
. "$tests/zone/lib.sh"
count=200
[[ $(ldd "$ZONECFG") != *libasan* ]] || count=40
python3 "$tests/zone/round_trip.py" "${ROUND_TRIPS:-$count}" ${SEED-} || fail 'see above'
registry_sound
