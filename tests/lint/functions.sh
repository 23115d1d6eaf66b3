#!/bin/bash
# functions.sh - nothing grows out of hand: no function over 70 lines, no file over 600, no line over
# 100 columns with tabs 8 wide.
set -euo pipefail
cd "$(dirname "$0")/../.."
export LC_ALL=C.UTF-8
failed=0
shopt -s nullglob
files=(include/*.h copyengine/*.[ch] copyengine/base/*.[ch] zonetool/*.[ch] zonetool/*/*.[ch]
	tests/*/*.[ch] bench/*.[ch])

# A function's body begins with a brace alone in the first column, and ends with one.
long_functions() {
	awk 'FNR == 1 { start = 0 }
		/^\{$/ { start = FNR }
		/^\}/ && start {
			if (FNR - start + 1 > 70)
				printf "%s:%d: a function of %d lines\n", FILENAME, start, FNR - start + 1
			start = 0
		}' "${files[@]}"
}

long_files() {
	local file lines
	for file in "${files[@]}"; do
		lines=$(wc -l <"$file")
		((lines <= 600)) || echo "$file:$lines: a file of $lines lines"
	done
}

long_lines() {
	local file line number
	for file in "${files[@]}"; do
		(($(wc -L <"$file") > 100)) || continue
		number=0
		while IFS= read -r line; do
			number=$((number + 1))
			(($(wc -L <<<"$line") <= 100)) || echo "$file:$number: a line over 100 columns"
		done <"$file"
	done
}

for check in long_functions long_files long_lines; do
	found=$($check)
	[[ ! $found ]] || { echo "$found" >&2; failed=1; }
done
exit $failed
