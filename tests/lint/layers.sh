#!/bin/bash
# layers.sh - who may include whom: a file includes its own header first, then only headers of lower
# rows. treecp's files see the public header and their own only; zonetool sees of the engine that
# header and base/. Fails with file:line.
set -euo pipefail
cd "$(dirname "$0")/../.."

# From the bottom; modules of one row do not know each other. A part of a module (data_range.c,
# copy_file.c) stands for the module and includes its header as its own.
engine_rows=(
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
	"compare remove"
	"engine"
	"copyengine"
)

# The folder is the layer. Of zone/, grammar/ may see zone/value only: see check_grammar.
zonetool_rows=(
	"base/fd base/list base/str"
	"util/alloc util/clock util/interface util/nearest util/option util/socket util/utf8"
	"util/json util/messages util/process"
	"util/file util/mountinfo util/program util/run util/tree"
	"util/root"
	"zone/value zone/state zone/lock zone/journal zone/path zone/builtin zone/name"
	"zone/prop_parse zone/operation zone/busy zone/live"
	"zone/props"
	"zone/zone"
	"zone/here zone/index zone/mounting zone/xml"
	"zone/manifest"
	"zone/registry"
	"zone/verify"
	"grammar/command grammar/lexer"
	"grammar/parser"
	"identity/items install/dpkg install/log install/mounts"
	"identity/sysidcfg"
	# Siblings: none includes another.
	"storage/storage identity/unconfigure install/install"
	"runtime/engine runtime/runtime"
	"runtime/limits runtime/devices runtime/privileges runtime/shield runtime/control"
	"runtime/cgroup runtime/console runtime/network runtime/platform runtime/firstboot runtime/terminal"
	"runtime/flow runtime/inside"
	"runtime/enter runtime/launcher runtime/console_client"
	"runtime/nspawn runtime/session"
	"runtime/supervisor"
	"cmd/cfg cmd/cmd"
	"cmd/cfg_complete"
	"cmd/cfg_terminal"
	"zlogin zoneadm zoneadmd zonecfg zonename zone_generator" # the programs' main files
)

# Parts that are not called after their module.
declare -A part_of=(
	[cmd/adm]=cmd/cmd
	[cmd/attach]=cmd/cmd
	[cmd/clone_check]=cmd/cmd
	[cmd/inventory]=cmd/cmd
	[cmd/life]=cmd/cmd
	[cmd/look]=cmd/cmd
	[cmd/task]=cmd/cmd
	[cmd/work]=cmd/cmd
	[grammar/place]=grammar/parser
	[install/archive]=install/install
	[install/directory]=install/install
	[install/packages]=install/install
	[install/unpack]=install/install
	[install/update]=install/install
	[runtime/null]=runtime/runtime
	[storage/btrfs]=storage/storage
	[storage/directory]=storage/storage
	[storage/zfs]=storage/storage
)

# Main files, which have no header.
declare -A programs=([zlogin]=1 [zone_generator]=1 [zoneadm]=1 [zoneadmd]=1 [zonecfg]=1 [zonename]=1)

failed=0
complain() {
	echo "$1:$2: $3" >&2
	failed=1
}

declare -A row_of
# use_rows ROW...: the rows that hold from here on.
use_rows() {
	local row=0 modules module
	row_of=()
	for modules; do
		for module in $modules; do
			row_of[$module]=$row
		done
		row=$((row + 1))
	done
}

# The module that a file or header, named without its folder and ending, belongs to: its own, or that
# of which it is a part.
module_of() {
	local name=$1
	while [[ ! -v row_of[$name] && ! -v part_of[$name] && ${name##*/} == *_* ]]; do
		name=${name%_*}
	done
	echo "${part_of[$name]:-$name}"
}

# Headers of ours that a file includes, as NUMBER:HEADER.
includes_of() {
	sed -nE 's/^#include "([^"]+)"/\1/;T;=;p' "$1" | paste -d: - -
}

# Its own header comes first; a part without one includes its module's.
check_first() {
	local file=$1 name=$2 number=$3 header=$4 module
	module=$(module_of "$name")
	if [[ -e ${file%.c}.h ]]; then
		[[ $header == "$name" ]]
	else
		[[ $(module_of "$header") == "$module" ]]
	fi || complain "$file" "$number" "includes \"$header.h\" before its own header"
}

# check_file FOLDER FILE
check_file() {
	local file=$2 name=${2#"$1"/} module row number header other first=1
	name=${name%.[ch]}
	module=$(module_of "$name")
	if [[ ! -v row_of[$module] ]]; then
		complain "$file" 1 "is in no row of tests/lint/layers.sh"
		return
	fi
	row=${row_of[$module]}
	while IFS=: read -r number header; do
		header=${header%.h}
		[[ $first && $file == *.c && ! -v programs[$name] ]] &&
			check_first "$file" "$name" "$number" "$header"
		first=
		other=$(module_of "$header")
		# Any row may use the types of the public header: it includes nothing of ours.
		[[ $other == "$module" || $header == copyengine ]] && continue
		if [[ ! -v row_of[$other] ]]; then
			complain "$file" "$number" "\"$header.h\" is in no row of tests/lint/layers.sh"
		elif ((row_of[$other] >= row)); then
			complain "$file" "$number" "\"$header.h\" is not below $module"
		elif [[ $header == *_private || $header == *_parts ]]; then
			complain "$file" "$number" "\"$header.h\" is for the parts of $other only"
		fi
	done < <(includes_of "$file")
}

# treecp's files.
check_command() {
	local number header
	while IFS=: read -r number header; do
		[[ $header == cli.h || $header == copyengine.h ]] ||
			complain "$1" "$number" "the command may include cli.h and copyengine.h only"
	done < <(includes_of "$1")
}

# The language does not know what a zone is.
check_grammar() {
	local number header
	while IFS=: read -r number header; do
		[[ $header != zone/* || $header == zone/value.h ]] ||
			complain "$1" "$number" "grammar/ may include zone/value.h of zone/ only"
	done < <(includes_of "$1")
}

use_rows "${engine_rows[@]}"
for file in copyengine/*.[ch] copyengine/base/*.[ch]; do
	case $file in
	copyengine/main.c | copyengine/cli.h | copyengine/cli_*) check_command "$file" ;;
	*) check_file copyengine "$file" ;;
	esac
done

use_rows "${zonetool_rows[@]}"
for file in zonetool/*.[ch] zonetool/*/*.[ch]; do
	[[ -e $file ]] || continue
	check_file zonetool "$file"
	[[ $file != zonetool/grammar/* ]] || check_grammar "$file"
done

grep -n '^#include "' include/copyengine.h && complain include/copyengine.h 1 "includes ours"
exit $failed
