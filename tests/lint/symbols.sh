#!/bin/bash
# symbols.sh - the shared library exports exactly the functions that copyengine.h marks CE_API.
# LIBRARY is the library's file; build/libcopyengine.so if not set.
set -euo pipefail
cd "$(dirname "$0")/../.."
library=${LIBRARY:-build/libcopyengine.so}
if [[ ! -e $library ]] || ! command -v nm >/dev/null; then
	echo "no $library, or no nm to look into it"
	exit 77
fi

promised=$(sed -nE 's/^CE_API .*\b(ce_[a-z_]+)\(.*/\1/p' include/copyengine.h | sort)
exported=$(nm -D --defined-only "$library" | awk '{ print $NF }' | sed 's/@.*//' | sort)
[[ $promised ]] || { echo "include/copyengine.h: no CE_API function found" >&2; exit 1; }

failed=0
while read -r name; do
	echo "$library: $name is exported, but not marked CE_API" >&2
	failed=1
done < <(comm -13 <(echo "$promised") <(echo "$exported"))
while read -r name; do
	echo "include/copyengine.h: $name is marked CE_API, but not exported" >&2
	failed=1
done < <(comm -23 <(echo "$promised") <(echo "$exported"))
exit $failed
