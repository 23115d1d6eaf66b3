# Many at a time, on one zone and on different ones: nothing is lost, and who looks meanwhile sees
# whole zones only.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone shared
for i in {1..8}; do make_zone "old$i"; done

# each COMMAND...: 8 at a time, $i in them being the number. Counts how many succeed, in $succeeded.
each() {
	local i pid pids=()
	for i in {1..8}; do
		(eval "$1") >"out.$i" 2>"err.$i" &
		pids+=($!)
	done
	succeeded=0
	for pid in "${pids[@]}"; do
		! wait "$pid" || succeeded=$((succeeded + 1))
	done
	no grep -Eaq 'Sanitizer|runtime error' err.*
	registry_sound
}

# Readers all the while.
look() {
	while [ ! -e stop ]; do
		"$ZONEADM" list -cv >look.out 2>look.err || return 1
		grep -q '^   - shared ' look.out || return 1
		"$ZONECFG" -z shared info >look.out 2>>look.err || return 1
		[ ! -s look.err ] || return 1
		echo >>looked
	done
}
look >looking 2>&1 &
looker=$!

# shellcheck disable=SC2016 # expanded in each()
{
	each '"$ZONECFG" -z shared "add attr; set name=n$i; set type=uint; set value=$i; end"'
	is "$succeeded" 8
	is "$(xml_of shared 'sum(/zone/attr/@value)')" 36
	each '"$ZONECFG" -z new$i "create; set zonepath=/zones/new$i"'
	is "$succeeded" 8
	each '"$ZONECFG" -z old$i "set zonename=renamed$i; set bootargs=$i"'
	is "$succeeded" 8
	is "$(xml_of renamed8 /zone/@bootargs)" 8
	# Only one can have a name.
	each '"$ZONECFG" -z new$i "set zonename=winner"'
	is "$succeeded" 1
	is "$(grep -l 'there is a zone winner already' err.* | wc -l)" 7
	each '"$ZONECFG" -z once "create; set zonepath=/zones/by$i"'
	is "$succeeded" 1
	each '"$ZONECFG" -z renamed$i delete\ -F'
	is "$succeeded" 8
}
touch stop
wait "$looker" || fail "who looked saw: $(cat looking look.out look.err)"
[ "$(wc -l <looked)" -gt 3 ] || fail 'who looked did so too seldom'
# shellcheck disable=SC2016
each '"$ZONECFG" -z shared delete\ -F'
is "$succeeded" 1
is "$(grep -l 'shared: No such zone configured' err.* | wc -l)" 7
