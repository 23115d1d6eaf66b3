#!/bin/bash
# layers.sh - who may include whom: a file includes its own header first, then only headers of lower
# rows. The command's files see the public header and their own only. Fails with file:line.
set -euo pipefail
cd "$(dirname "$0")/../.."

# From the bottom; modules of one row do not know each other. A part of a module (data_range.c,
# copy_file.c) stands for the module and includes its header as its own.
rows=(
	"base/fd base/list base/str"
	"sys stats pool job linkmap concurrency"
	"fs object plan nest"
	"dir acl"
	"ctx filter"
	"report data"
	"xattr worker walk root"
	"meta names"
	"target hardlink"
	"copy"
	"compare"
	"engine"
	"copyengine"
)

declare -A row_of
for i in "${!rows[@]}"; do
	for module in ${rows[i]}; do
		row_of[$module]=$i
	done
done

failed=0
complain() {
	echo "$1:$2: $3" >&2
	failed=1
}

# The module a file belongs to: its own, or that of which it is a part.
module_of() {
	local name=${1#copyengine/}
	name=${name%.[ch]}
	while [[ ! -v row_of[$name] && $name == *_* ]]; do
		name=${name%_*}
	done
	echo "$name"
}

check_file() {
	local file=$1 module=$2 row=${row_of[$2]} number header first=1
	while IFS=: read -r number header; do
		[[ $first && $file == *.c && $header != "$module.h" ]] &&
			complain "$file" "$number" "includes \"$header\" before its own header"
		first=
		header=${header%.h}
		# Any row may use the types of the public header: it includes nothing of ours.
		[[ $header == "$module" || $header == copyengine ]] && continue
		if [[ ! -v row_of[$header] ]]; then
			complain "$file" "$number" "\"$header.h\" is in no row of tests/lint/layers.sh"
		elif ((row_of[$header] >= row)); then
			complain "$file" "$number" "\"$header.h\" is not below $module"
		fi
	done < <(sed -nE 's/^#include "([^"]+)"/\1/;T;=;p' "$file" | paste -d: - -)
}

check_command() {
	local number header
	while IFS=: read -r number header; do
		[[ $header == cli.h || $header == copyengine.h ]] ||
			complain "$1" "$number" "the command may include cli.h and copyengine.h only"
	done < <(sed -nE 's/^#include "([^"]+)"/\1/;T;=;p' "$1" | paste -d: - -)
}

for file in copyengine/*.[ch] copyengine/base/*.[ch]; do
	module=$(module_of "$file")
	case $module in
	main | cli | cli_*)
		check_command "$file"
		;;
	*)
		if [[ -v row_of[$module] ]]; then
			check_file "$file" "$module"
		else
			complain "$file" 1 "is in no row of tests/lint/layers.sh"
		fi
		;;
	esac
done
grep -n '^#include "' include/copyengine.h && complain include/copyengine.h 1 "includes ours"
exit $failed
