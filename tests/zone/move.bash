# What the tests of zoneadm move and uninstall share: installed zones, and how a tree is described.
# shellcheck shell=bash

# What may lie beside a zonepath while it is made or removed.
aside='.*.[0-9a-f][0-9a-f][0-9a-f][0-9a-f]*'

# install_zone NAME ZONEPATH: an installed zone with a small root.
install_zone() {
	zonecfg_rc 0 -z "$1" "create; set zonepath=$2"
	mkdir -p "${2%/*}"
	mkdir -m 700 "$2"
	mkdir -m 755 "$2/root" "$2/root/etc"
	echo "$1" >"$2/root/etc/hostname"
	set_state "$1" installed
}

# All that foreign tools can tell of a tree, names and contents included.
describe() {
	list_stat "$1"
	list_links "$1"
	list_xattrs "$1"
	list_flags "$1"
	each_in "$1" ! -type l 'getfacl -pn -- "$@"'
	each_in "$1" -type f 'md5sum -- "$@"'
}

# is_described DIR FILE: the tree is still, or again, as it was described.
is_described() {
	describe "$1" >"$work/described"
	same_text "$1 and what was there" "$2" "$work/described"
}

# at_only PATH OTHER: the zone a is at one of the two places, which index and XML agree about, and
# nothing of it, finished or not, is elsewhere.
at_only() {
	is "$(index_line a | cut -d: -f3)" "$1"
	is "$(xml_of a /zone/@zonepath)" "$1"
	[ -d "$1/root" ] || fail "nothing is at $1"
	absent "$2"
	nothing_left
}

nothing_left() {
	local left
	left=$(find "${mounts[@]}" -xdev -name "$aside" -path '*/zones/*' -prune)
	[ -z "$left" ] || fail "left behind: $left"
	registry_sound
}

# What any change of a tree changes: also times that nobody can set.
untouched() {
	find "${mounts[@]}" -printf '%p %i %y %m %U %G %n %s %T@ %C@ %l\n' | sort
	find "${mounts[@]}" -type f -print0 | sort -z | xargs -0r md5sum
}

# move_refused TEXT ARGUMENT...: zoneadm -z a move must end with 1, say TEXT, and touch nothing.
move_refused() {
	local text=$1 before
	shift
	before=$(stored; untouched)
	zoneadm_rc 1 -z a move "$@"
	erred "$text"
	[ ! -s "$work/out" ] || fail "refused, and yet it printed: $(cat "$work/out")"
	[ "$(stored; untouched)" = "$before" ] || fail "refused, and yet touched"
}

need_cmd setfattr getfattr setfacl getfacl setcap chattr lsattr
