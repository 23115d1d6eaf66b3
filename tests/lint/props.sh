#!/bin/bash
# props.sh - zonecfg.8 has every command, resource, property and resource control of the tables in
# zonetool/, in its place, and none that they do not have.
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly page=docs/man/zonecfg.8 verbs=zonetool/grammar/command.c table=zonetool/zone/props.c
readonly controls=zonetool/zone/prop_parse.c

# The tables as lines "PLACE NAME": a property's place is its resource, or "zone"; "refused" is that
# of all which Linux has no meaning for.
table_names() {
	local place array
	sed -nE 's/^\t\t\.name = "([a-z]+)",$/command \1/p' "$verbs"
	sed -n '/rctl_names\[\] = {/,/};/p' "$controls" | grep -oE '(zone|process)\.[a-z-]+' |
		sed 's/^/control /'
	# By line: each type of resource with the array of its properties.
	while read -r place array; do
		[[ $place == zone ]] || echo "resource $place"
		sed -nE "/^static const struct prop ${array}\[\]/,/^\};/{
			s/^\t\[[A-Z_]+\] = \{ \"([a-z-]+)\", PROP_.*/$place \1/p
			s/^\tREFUSED\(\"([a-z-]+)\",.*/refused \1/p
		}" "$table"
	done < <(tr '\n\t' '  ' <"$table" |
		grep -oE '\[RES_[A-Z_]+\] = \{ RES_[A-Z_]+, "[a-z-]+"[^}]*TABLE\([a-z_]+\)' |
		sed -E 's/^[^"]*"([a-z-]+)".*TABLE\(([a-z_]+)\)$/\1 \2/')
}

# The same of the page: tagged items one level deep, by the heading they stand under.
page_names() {
	awk '
		function item(place,  i) {
			for (i = 3; i <= NF && ($i == "," || $i ~ /^[a-z-]+$/); i++)
				if ($i != ",")
					print place, $i
		}
		$1 == ".Sh" { section = $0; place = "" }
		$1 == ".Ss" && section == ".Sh RESOURCES" { place = $2 }
		section == ".Sh COMMANDS" { place = "command" }
		section == ".Sh PROPERTIES OF THE ZONE" { place = "zone" }
		section == ".Sh REFUSED PROPERTIES" { place = "refused" }
		$1 == ".Ss" && section == ".Sh RESOURCES" && NF == 2 { print "resource", $2 }
		$1 == ".It" && $2 == "Li" && $3 ~ /^(zone|process)\./ { print "control", $3 }
		$1 == ".Bl" { depth++ }
		$1 == ".El" { depth-- }
		$1 == ".It" && $2 == "Cm" && depth == 1 && place { item(place) }
	' "$page"
}

named=$(table_names | sort -u)
described=$(page_names | sort -u)
failed=0
# A pattern that finds nothing any more would make this test one that cannot fail.
for place in command control resource zone refused fs; do
	grep -q "^$place " <<<"$named" ||
		{ echo "$table:1: the tables were not understood: no $place found" >&2; failed=1; }
done
while read -r place name; do
	echo "$page: $name ($place) is missing" >&2
	failed=1
done < <(comm -23 <(echo "$named") <(echo "$described"))
while read -r place name; do
	echo "$page: $name ($place) is in no table of zonetool/" >&2
	failed=1
done < <(comm -13 <(echo "$named") <(echo "$described"))
exit $failed
