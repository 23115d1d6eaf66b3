#!/bin/bash
# options.sh - for each subcommand of zoneadm, its source, its row of help, zoneadm.8 and the
# completion know the same options, and help and manual say what each is for.
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly table=zonetool/cmd/cmd.c page=docs/man/zoneadm.8 completion=completions/zoneadm
failed=0

# From standard input, options as they are typed, one a line.
options() {
	grep -oE -- "(^|[^a-zA-Z-])--?[a-zA-Z][a-z-]*" | grep -oE -- '-.*' | sort -u || true
}

# What the source of a subcommand takes: the letters of option_next(), long ones, or a single one.
of_source() {
	local letters
	letters=$(grep -oE 'option_next\(argc, argv, "\+[a-zA-Z:]*"' "$1" | sed -E 's/.*"\+|[":]//g')
	{
		grep -o . <<<"$letters" | sed 's/^/-/'
		grep -oE '\{ "[a-z-]+", (no|required)_argument' "$1" | sed -E 's/\{ "([^"]*).*/--\1/'
		grep -oE 'strcmp\(argv\[1\], "-[^"]*"' "$1" | sed -E 's/.*"(.*)"/\1/'
	} | sort -u || true
}

# A string of a subcommand's row: 2 is its usage, 3 its help.
of_row() {
	tr '\n\t' '  ' <"$table" | sed -E "s/\\\\\"/'/g; s/\" +\"//g" |
		grep -oE "\{ \"$1\", +\"[^\"]*\", +\"[^\"]*\"" | cut -d '"' -f $(($2 * 2)) |
		sed 's/\\[nt]/ /g' | options
}

# The options in the head of a subcommand's item in the manual, or in the text below it.
of_page() {
	awk -v name="$1" -v part="$2" '
		function flags(  i, fl) {
			for (i = 1; i <= NF; i++)
				if ($i ~ /^\.?Fl$/)
					fl = 1
				else if ($i ~ /^\.?(Ar|Cm|Op|Ns|Xo|Pa|Ql|No|Em)$/)
					fl = 0
				else if (fl && $i ~ /^-?[a-zA-Z]/)
					print "-" $i
		}
		$1 == ".Sh" { inside = $2 == "SUBCOMMANDS"; depth = mine = 0 }
		$1 == ".Bl" { depth++ }
		$1 == ".El" { depth-- }
		inside && depth == 1 && $1 == ".It" {
			head = 1
			mine = $2 == "Cm" && $3 == name
			xo = $2 == "Xo"
		}
		xo && $1 == ".Cm" { mine = $2 == name }
		inside && mine && (part == "head") == head { flags() }
		$1 == ".Xc" { xo = 0 }
		head && !xo { head = 0 }
	' "$page" | sort -u
}

of_completion() (
	# shellcheck disable=SC1090
	. "$completion"
	COMP_WORDS=(zoneadm "$1" -) COMP_CWORD=2
	_zoneadm
	printf '%s\n' "${COMPREPLY[@]}" | grep -vx -- --help | sort -u || true
)

# differ SUBCOMMAND FILE SOURCE-OPTIONS OTHER-OPTIONS
differ() {
	local option
	while read -r option; do
		echo "$2: $1 $option is missing" >&2
		failed=1
	done < <(comm -23 <(printf '%s' "${3:+$3$'\n'}") <(printf '%s' "${4:+$4$'\n'}"))
	while read -r option; do
		echo "$2: $1 has no option $option" >&2
		failed=1
	done < <(comm -13 <(printf '%s' "${3:+$3$'\n'}") <(printf '%s' "${4:+$4$'\n'}"))
}

count=0
for source in zonetool/cmd/adm_*.c; do
	name=${source##*/adm_} name=${name%.c}
	taken=$(of_source "$source")
	count=$((count + $(wc -w <<<"$taken")))
	differ "$name" "$table (usage)" "$taken" "$(of_row "$name" 2)"
	# A help may name the options of zoneadm itself, too.
	differ "$name" "$table (help)" "$taken" "$(of_row "$name" 3 |
		grep -vxE -- "$(grep -qx -e -u <<<"$taken" && echo '-z' || echo '-[zu]')" || true)"
	differ "$name" "$page (head)" "$taken" "$(of_page "$name" head)"
	for option in $taken; do
		of_page "$name" text | grep -xe "$option" >/dev/null ||
			{ echo "$page: $name $option is not described" >&2; failed=1; }
	done
	differ "$name" "$completion" "$taken" "$(of_completion "$name")"
done
# A pattern that finds nothing any more would make this test one that cannot fail.
[ "$count" -ge 28 ] || { echo "$table:1: only $count options were found in the sources" >&2; failed=1; }
exit $failed
