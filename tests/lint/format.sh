#!/bin/bash
# format.sh - the sources are as clang-format leaves them; 14 is the version meant, as others differ
# in details. To put it right: clang-format-14 -i FILE. And a comment of several lines has a line of
# its own for its beginning.
set -euo pipefail
cd "$(dirname "$0")/../.."
shopt -s nullglob
files=(include/*.h copyengine/*.[ch] copyengine/base/*.[ch] zonetool/*.[ch] zonetool/*/*.[ch]
	tests/*/*.[ch] bench/*.[ch])
if grep -nE '^\s*/\* [^*]*[^*\]$' "${files[@]}" >&2; then
	echo "the first line of a comment of several lines should be /* alone" >&2
	exit 1
fi
if ! command -v clang-format-14 >/dev/null; then
	echo "clang-format-14 is not installed"
	exit 77
fi
clang-format-14 --dry-run --Werror "${files[@]}"
