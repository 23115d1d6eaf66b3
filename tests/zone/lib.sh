# Helpers for the tests of the zone tools; each of them reads this file first.
# shellcheck shell=bash

# Interpreters of the system's own: those of version managers take a third of a second to start.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
export PYTHONPATH=$tests/zone PYTHONDONTWRITEBYTECODE=1 ZONECFG ZONEADM ZONENAME
for program in "$ZONECFG" "$ZONEADM" "$ZONENAME"; do
	[ -x "$program" ] || fail "$program is not built"
done

# ---- a machine without zones ----

# Nothing of the host's can be changed: /etc is a new directory with links to what is in the real
# one, which is mounted read-only, and /run is empty.
hide_host() {
	mkdir "$work/etc"
	mount --bind "$1/etc" "$work/etc"
	mount -o remount,bind,ro "$work/etc"
	mount -t tmpfs -o mode=755 tmpfs "$1/etc"
	mount -t tmpfs -o mode=755 tmpfs "$1/run"
	ln -s "$work"/etc/* "$1/etc/"
	rm -f "$1/etc/zones"
	mkdir -m 755 "$1/etc/zones"
}
hide_host ''

# /etc gets copies of the host's files, not links to them: packages are installed with their
# configuration, where links are none. There are no zones.
copy_etc() {
	find /etc -maxdepth 1 -type l -delete
	find "$work/etc" -mindepth 1 -maxdepth 1 ! -name zones -exec cp -a -t /etc {} +
}

# ---- the programs ----

# ran STATUS PROGRAM ARGUMENT...: it must end with this status; what it prints goes to $work/out and
# $work/err. A hang, a crash or a sanitizer's report is a failure whatever status is expected.
ran() {
	local want=$1 rc=0
	shift
	timeout -k 5 "${ZONE_TIMEOUT:-60}" "$@" >"$work/out" 2>"$work/err" || rc=$?
	if [ "$rc" -ge 124 ] || grep -Eaq 'Sanitizer|runtime error:' "$work/err"; then
		cat "$work/err" >&2
		fail "status $rc, a hang or a crash: $*"
	fi
	[ "$rc" -eq "$want" ] && return
	cat "$work/out" "$work/err" >&2
	fail "status $rc instead of $want from: $*"
}

zonecfg_rc() { ran "$1" "$ZONECFG" "${@:2}"; }
zoneadm_rc() { ran "$1" "$ZONEADM" "${@:2}"; }
zonename_rc() { ran "$1" "$ZONENAME" "${@:2}"; }

silent() {
	[ ! -s "$work/err" ] || fail "success, and yet a message: $(cat "$work/err")"
}

# zonecfg, or zoneadm, must succeed and have nothing to complain about.
zonecfg() {
	zonecfg_rc 0 "$@"
	silent
}

zoneadm() {
	zoneadm_rc 0 "$@"
	silent
}

# Whether the last run printed a text, which may have several lines.
said() {
	[[ $(tr -d '\0' <"$work/out") == *"$1"* ]] || fail "'$1' is not in: $(cat "$work/out")"
}

erred() {
	[[ $(tr -d '\0' <"$work/err") == *"$1"* ]] || fail "'$1' is not in: $(cat "$work/err")"
}

# All that the last run printed.
said_only() {
	is "$(cat "$work/out")" "$1"
}

# All that is stored.
stored() {
	(cd /etc/zones && find . -type f ! -path './.transaction/*' -print0 | sort -z \
		| xargs -0r md5sum)
}

# refuses TEXT ARGUMENT...: zonecfg must end with 1, say TEXT, and change nothing that is stored.
refuses() {
	local before
	before=$(stored)
	zonecfg_rc 1 "${@:2}"
	erred "$1"
	is "$(stored)" "$before"
}

# The same of commands for the zone a, one after the other; nothing of them is stored.
denies() {
	refuses "$1" -z a "$2"
}

# Wait until the command succeeds. It may take as long as a busy machine needs, but not for ever.
wait_for() {
	local end=$((SECONDS + 60))
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || fail "waited in vain for: $*"
		sleep 0.01
	done
}

# Whether the process of this number is there, and no zombie.
runs() {
	[ -n "$1" ] && grep -qs '^State:	[^ZX]' "/proc/$1/status"
}

gone() {
	! runs "$1"
}

# ---- the registry ----

# Tools that are not ours find it whole; problems are printed.
registry_sound() {
	python3 "$tests/zone/registry.py" || fail 'the registry is not sound'
}

# The fields of a zone's line in the index.
index_line() {
	grep "^$1:" /etc/zones/index
}

# An attribute of a zone in its file, as libxml2's own tool sees it; empty if it is not there.
xml_of() {
	xmllint --nonet --xpath "string($2)" "/etc/zones/$1.xml" 2>/dev/null
}

# set_state ZONE STATE: as an installation would leave it.
set_state() {
	local uuid=''
	[ "$2" = configured ] || uuid=01234567-89ab-4def-8123-456789abcdef
	sed -i "s,^$1:[a-z]*:\([^:]*\):.*,$1:$2:\1:$uuid," /etc/zones/index
}

# zonecfg must succeed, and warn that another zone has the same place.
zonecfg_beside() {
	zonecfg_rc 0 "$@"
	erred 'only one of them can be installed'
}

# A zone of this name that has what it needs.
make_zone() {
	zonecfg -z "$1" "create; set zonepath=/zones/$1; ${2-}"
}

need_cmd xmllint python3
