#!/bin/bash
# Runs the shell tests: each test file on each pair of file systems that it names.
#
#   tests/run.sh [-b BUILD] [-v] [--fs SRC[:DST]] [TEST...]    run them (default: tests/copy)
#   tests/run.sh --list [TEST...]                              print "file fs", one pair a line
#
# TEST is a file, or a folder of files. A test is a script that is read after lib.sh and trees.sh,
# with "bash -eu -o pipefail"; its line "# fs: ..." names the file systems it makes sense on. The
# file systems are new, and mounted in a mount namespace of the test's own at $S (the source) and
# $D (the destination); one kind without a colon means two directories of one file system. $tests is
# this folder. A folder's lib.sh is no test, but what its tests read first. A line "# cgroups: own"
# gives the test control groups of its own in each hierarchy, of which it sees no others, and a network
# without interfaces: whatever boots a system is such a test. "# cgroups: own, but no network" leaves
# it the host's network.
#
# Exit status: 0 all that ran passed, 1 something failed, 77 nothing could run (the reason is
# printed). TREECP, ZONECFG, ZONEADM, ZONENAME, ZLOGIN name the programs (default:
# BUILD/bin/treecp, ...), TREECP_OPTS more options for treecp.
set -u
tests=$(cd "$(dirname "$0")" && pwd)
build=$tests/../build fs_wanted='' list=false verbose=false

while [ $# -gt 0 ]; do
	case $1 in
	-b) build=$2; shift 2 ;;
	--fs) fs_wanted=$2; shift 2 ;;
	--list) list=true; shift ;;
	-v) verbose=true; shift ;;
	-*) echo "run.sh: unknown option $1" >&2; exit 2 ;;
	*) break ;;
	esac
done
[ $# -gt 0 ] || set -- "$tests/copy"

files=()
for arg in "$@"; do
	if [ -d "$arg" ]; then
		for file in "${arg%/}"/*.sh; do
			[ "${file##*/}" = lib.sh ] || files+=("$file")
		done
	elif [ -f "$arg" ]; then
		files+=("$arg")
	else
		echo "run.sh: no such test: $arg" >&2
		exit 2
	fi
done

fs_of() {
	sed -n '/^# fs: /{s///p;q}' "$1"
}

if $list; then
	for file in "${files[@]}"; do
		for fs in $(fs_of "$file"); do
			printf '%s %s\n' "$(realpath --relative-to="$tests/.." "$file")" "$fs"
		done
	done
	exit 0
fi

export TREECP="${TREECP:-$build/bin/treecp}" TREECP_OPTS="${TREECP_OPTS:-}"
TREECP=$(realpath -m "$TREECP")
if [ ! -x "$TREECP" ]; then
	echo "run.sh: $TREECP is not built" >&2
	exit 1
fi
for program in zonecfg zoneadm zonename zlogin; do
	export "${program^^}=$(p=${program^^}; realpath -m "${!p:-$build/bin/$program}")"
done

# The private folder of one test run: file system images and mount points.
work='' groups=()
clean() {
	[ -z "$work" ] || rm -rf --one-file-system "$work"
	work=''
	# What was in them ends with the test, but not at the same instant.
	local tries=100
	while [ ${#groups[@]} -gt 0 ] && [ $((tries--)) -gt 0 ]; do
		find "${groups[@]}" -depth -type d -exec rmdir {} + 2>/dev/null && break
		sleep 0.05
	done
	groups=()
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# A group in each mounted hierarchy, for a test that has "# cgroups: own".
make_groups() {
	local hierarchy
	while read -r hierarchy; do
		mkdir "$hierarchy/${work##*/}" 2>/dev/null || continue
		groups+=("$hierarchy/${work##*/}")
		# In cgroup2 it has what the group above gives it.
		local controller
		for controller in $(cat "$hierarchy/cgroup.controllers" 2>/dev/null); do
			echo "+$controller" >"$hierarchy/cgroup.subtree_control" 2>/dev/null || true
		done
		# A new group of cpuset has no CPUs at first, and takes no process then.
		local file
		for file in cpuset.cpus cpuset.mems; do
			[ ! -e "$hierarchy/$file" ] || cat "$hierarchy/$file" >"$hierarchy/${work##*/}/$file"
		done
	done < <(awk '$3 ~ /^cgroup2?$/ { print $2 }' /proc/self/mounts)
}

# Mounts, loop devices and processes go with the namespaces, however the test ends.
run_one() {
	local file=$1 fs=$2
	if [ "$(id -u)" -ne 0 ]; then
		echo 'needs root, to mount file systems'
		return 77
	fi
	local network=() see=:
	[ ${#groups[@]} -eq 0 ] || see=see_own_groups
	! grep -q '^# cgroups: own$' "$file" || network=(--net)
	# Its groups have nobody in them who is not seen there: the test can leave them empty, as cgroup2
	# demands of groups that have controllers below.
	# shellcheck disable=SC2016
	timeout --foreground -k 5 "${TEST_TIMEOUT:-300}" \
		unshare "${network[@]}" --mount --propagation private --pid --fork --kill-child --mount-proc \
		bash -eu -c 'count=$1; shift
			for group in "${@:1:count}"; do echo 0 >"$group/cgroup.procs"; done
			exec unshare --cgroup "${@:count + 1}"' groups "${#groups[@]}" "${groups[@]}" \
		bash -euE -o pipefail \
		-c 'tests=$1; . "$1/lib.sh"; . "$1/trees.sh"; begin "$2" "$4"; "$5"; . "$3"' \
		test "$tests" "$work" "$(realpath "$file")" "$fs" "$see" </dev/null 2>&1
}

passed=0 failed=0 skipped=0
for file in "${files[@]}"; do
	pairs=${fs_wanted:-$(fs_of "$file")}
	if [ -z "$pairs" ]; then
		echo "FAIL $(basename "$file" .sh): names no file systems"
		failed=$((failed + 1))
	fi
	for fs in $pairs; do
		work=$(mktemp -d "${TEST_TMPDIR:-/dev/shm}/treecp-test.XXXXXX") || exit 1
		! grep -q '^# cgroups: own' "$file" || make_groups
		start=$EPOCHREALTIME rc=0
		out=$(run_one "$file" "$fs") || rc=$?
		clean
		ms=$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
		name="$(basename "$file" .sh) [$fs] ($ms ms)"
		case $rc in
		0)
			passed=$((passed + 1))
			echo "PASS $name"
			! $verbose || [ -z "$out" ] || printf '%s\n' "$out" ;;
		77)
			skipped=$((skipped + 1))
			echo "SKIP $name: ${out##*$'\n'}" ;;
		*)
			failed=$((failed + 1))
			echo "FAIL $name: status $rc"
			printf '%s\n' "$out" | tail -n 60 | sed 's/^/    /' ;;
		esac
	done
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] || exit 1
[ "$passed" -gt 0 ] || exit 77
