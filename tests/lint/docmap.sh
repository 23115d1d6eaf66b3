#!/bin/bash
# docmap.sh - the map is the land: every file that the documents name exists, and every source file
# is on a map at the top of a program's main file.
set -euo pipefail
cd "$(dirname "$0")/../.."
failed=0

# Names of files in a text, with line numbers. Words in capitals stand for something else, but for
# these few.
names_in() {
	grep -noE '[A-Za-z0-9_./-]*[A-Za-z0-9_]\.(c|h|sh|md|dtd|1|3|5|8|txt)\b' "$1" |
		grep -E ':(README\.md|CONTRIBUTING\.md|CMakeLists\.txt|[^A-Z]*)$'
}

exists() {
	local folder
	for folder in "" copyengine/ copyengine/base/ include/ \
		zonetool/ zonetool/{cmd,grammar,identity,install,runtime,storage,util,zone}/ \
		docs/ docs/man/ tests/ tests/copy/ bench/; do
		[[ -e $folder$1 ]] && return
	done
	return 1
}

check_document() {
	local number name
	while IFS=: read -r number name; do
		# A manual page, "treecp.1", and a version, "linux-6.1", look alike.
		[[ $name =~ [0-9]\.[0-9]$ ]] && continue
		exists "$name" || { echo "$1:$number: there is no $name" >&2; failed=1; }
	done < <(names_in "$1")
}

map=$(mktemp)
trap 'rm -f "$map"' EXIT

# check_map MAIN... -- SOURCE...: the maps in these main files together name all of these sources.
check_map() {
	local mains=() main file number name
	while [[ $1 != -- ]]; do
		mains+=("$1")
		shift
	done
	shift
	for main in "${mains[@]}"; do
		sed '/\*\//q' "$main" >"$map"
		while IFS=: read -r number name; do
			exists "$name" || { echo "$main:$number: there is no $name" >&2; failed=1; }
		done < <(names_in "$map")
	done
	for main in "${mains[@]}"; do sed '/\*\//q' "$main"; done >"$map"
	for file; do
		grep -qwF "${file##*/}" "$map" ||
			{ echo "$file:1: is not on the map in ${mains[*]}" >&2; failed=1; }
	done
}

check_map copyengine/main.c -- copyengine/*.c
check_map zonetool/zonecfg.c zonetool/zoneadm.c zonetool/zoneadmd.c -- zonetool/*.c zonetool/*/*.c
for document in README.md CONTRIBUTING.md docs/architecture.md docs/guide.md; do
	[[ -e $document ]] && check_document "$document"
done
exit $failed
