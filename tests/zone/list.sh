# zoneadm list: which zones, in which order, and each of its forms, to the letter.
# fs: tmpfs
. "$tests/zone/lib.sh"

# Without zones there is the host, and nothing is made for it but the directories.
zoneadm_rc 0 list
is "$(cat "$work/out")" global
zoneadm_rc 0 list -cv
cat >"$work/want" <<'END'
  ID NAME             STATUS         PATH                           BRAND      IP    
   0 global           running        /                              native     shared
END
same_text 'list -cv without zones' "$work/want" "$work/out"
zoneadm_rc 0 list -cnv
[ ! -s "$work/out" ] || fail 'a header above nothing'
zoneadm_rc 0 list -cnj
is "$(cat "$work/out")" '[]'

zonecfg -z zone1 'create; set zonepath=/zones/zone1; commit'
zonecfg -z a-name-of-more-than-16-bytes 'create; set zonepath=/zones/long; commit'
zonecfg -z odd 'create; set zonepath="/zones/a:b\\c d"; set ip-type=exclusive; commit'
zonecfg -z web 'create; set zonepath=/zones/web; commit'
zonecfg -z half 'create; set zonepath=/zones/half; commit'
uuid=6f1c0e5a-9b1d-4c57-8a53-1d4b0f6f7c11
sed -i -E "s|^web:configured:([^:]*):.*|web:installed:\1:$uuid|
	s|^half:configured:|half:incomplete:|" /etc/zones/index

names() {
	local want=$1
	shift
	zoneadm_rc 0 "$@"
	is "$(paste -sd' ' "$work/out")" "$want"
}
all='zone1 a-name-of-more-than-16-bytes odd web half'
names global list
names '' list -n
names 'global web' list -i
names "global $all" list -c
names "global $all" list -ci
names "$all" list -c -n
names zone1 -z zone1 list
names global -z global list
names web -u "$uuid" list
names web -u "${uuid^^}" list

# The table: what the first users saw, with one more column.
zoneadm_rc 0 list -cv
cat >"$work/want" <<'END'
  ID NAME             STATUS         PATH                           BRAND      IP    
   0 global           running        /                              native     shared
   - zone1            configured     /zones/zone1                   native     shared
   - a-name-of-more-than-16-bytes configured     /zones/long                    native     shared
   - odd              configured     /zones/a:b\c d                 native     excl  
   - web              installed      /zones/web                     native     shared
   - half             incomplete     /zones/half                    native     shared
END
same_text 'list -cv' "$work/want" "$work/out"
cp "$work/out" "$work/table"
# A character is one, however many bytes it has.
zonecfg -z far 'create; set zonepath=/zones/größer; commit'
zoneadm_rc 0 -z far list -v
is "$(tail -n 1 "$work/out")" '   - far              configured     /zones/größer                  native     shared'
zonecfg -z far 'delete -F'

zoneadm_rc 0 list -cp
cat >"$work/want" <<END
0:global:running:/::native:shared
-:zone1:configured:/zones/zone1::native:shared
-:a-name-of-more-than-16-bytes:configured:/zones/long::native:shared
-:odd:configured:/zones/a\\:b\\\\c d::native:excl
-:web:installed:/zones/web:$uuid:native:shared
-:half:incomplete:/zones/half:$(sed -n 's/^half:.*://p' /etc/zones/index):native:shared
END
same_text 'list -cp' "$work/want" "$work/out"

need_cmd jq
zoneadm_rc 0 list -cj
is "$(jq -c '.[0]' "$work/out")" '{"id":0,"name":"global","state":"running","zonepath":"/",'\
'"uuid":null,"brand":"native","ip-type":"shared","since":null}'
is "$(jq -c '.[3]' "$work/out")" '{"id":null,"name":"odd","state":"configured",'\
'"zonepath":"/zones/a:b\\c d","uuid":null,"brand":"native","ip-type":"exclusive","since":null}'
is "$(jq -r '.[] | select(.name == "web").uuid' "$work/out")" "$uuid"
is "$(jq length "$work/out")" 6

# Wrong command lines.
zoneadm_rc 1 -z nosuch list
is "$(cat "$work/err")" 'zoneadm: nosuch: No such zone configured'
zoneadm_rc 1 -z nosuch nosuch
says 'nosuch: No such zone configured'
zoneadm_rc 1 -u 00000000-0000-0000-0000-000000000001 list
says 'no zone has UUID 00000000-0000-0000-0000-000000000001'
zoneadm_rc 1 -u web list
says '"web" is not a UUID'
for option in -p -v -j; do
	zoneadm_rc 0 list $option $option
done
for options in -pv -vp -pj -jv; do
	zoneadm_rc 1 list $options
	says "list: -${options:1:1} and -${options:2:1} exclude each other"
done
for option in -c -i -n; do
	zoneadm_rc 2 -z web list $option
	says "list: $option selects among all zones"
done
for arguments in 'list web' 'list -x' 'list -cx' '-z web list x' 'nosuch' '' '-x' '-z' '-z web' \
	'-z web -u x list' '-z web -z web list'; do
	# shellcheck disable=SC2086 # several words
	zoneadm_rc 2 $arguments
	says '^usage:'
	[ ! -s "$work/out" ] || fail "the usage of a wrong command line is no output: $arguments"
done

# What cannot be written is not a success.
no timeout 10 "$ZONEADM" list -cv >/dev/full 2>"$work/err"
says 'cannot write to standard output'

# Anybody may look.
need_cmd setpriv
install -m 755 "$ZONEADM" "$work/zoneadm"
as_nobody "$work/zoneadm" list -cv >"$work/out"
same_text 'what nobody sees' "$work/table" "$work/out"
