#!/bin/bash
# format.sh - the sources are as clang-format leaves them; 14 is the version meant, as others differ
# in details. To put it right: clang-format-14 -i FILE.
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! command -v clang-format-14 >/dev/null; then
	echo "clang-format-14 is not installed"
	exit 77
fi
shopt -s nullglob
clang-format-14 --dry-run --Werror include/*.h copyengine/*.[ch] copyengine/base/*.[ch] \
	zonetool/*.[ch] zonetool/*/*.[ch] tests/*/*.[ch] bench/*.[ch]
