#!/bin/bash
# manuals.sh - mandoc finds nothing wrong with the manual pages.
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! command -v mandoc >/dev/null; then
	echo "mandoc is not installed"
	exit 77
fi
# Matters of style are left to people: among them are manuals that this machine does not have.
mandoc -T lint -W warning docs/man/*.[1-8] >&2
