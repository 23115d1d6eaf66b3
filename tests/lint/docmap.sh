#!/bin/bash
# docmap.sh - the map is the land: every file that the documents name exists, and every source file
# is on the map at the top of copyengine/main.c.
set -euo pipefail
cd "$(dirname "$0")/../.."
failed=0

# Names of files in a text, with line numbers. Words in capitals stand for something else, but for
# these few.
names_in() {
	grep -noE '[A-Za-z0-9_./-]*[A-Za-z0-9_]\.(c|h|sh|md|1|3|txt)\b' "$1" |
		grep -E ':(README\.md|CONTRIBUTING\.md|CMakeLists\.txt|[^A-Z]*)$'
}

exists() {
	local folder
	for folder in "" copyengine/ copyengine/base/ include/ docs/ docs/man/ tests/ tests/copy/ bench/; do
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
sed '/\*\//q' copyengine/main.c >"$map"
while IFS=: read -r number name; do
	exists "$name" || { echo "copyengine/main.c:$number: there is no $name" >&2; failed=1; }
done < <(names_in "$map")
for document in README.md CONTRIBUTING.md docs/architecture.md; do
	[[ -e $document ]] && check_document "$document"
done
for file in copyengine/*.c; do
	grep -qwF "${file#copyengine/}" "$map" ||
		{ echo "$file:1: is not on the map in copyengine/main.c" >&2; failed=1; }
done
exit $failed
