# Helpers for the tests of faults, races and limits; each of them reads this file first.
# shellcheck shell=bash

# The programs and the library to preload made from the .c files beside this one.
helpers=${FAULT_HELPERS:-$(dirname "$TREECP")/../tests}
[ -e "$helpers/fault_shim.so" ] || skip "needs $helpers/fault_shim.so: build first"

program=$TREECP

is_sanitized() {
	[[ $(ldd "$program") =~ lib[at]san ]]
}

# A wrapper that puts the shim before the program alone, not before the tools that start it.
cat >"$work/under-shim" <<-END
	#!/bin/sh
	[ "\${FAULT:-}" ] || exec '$program' "\$@"
	exec env LD_PRELOAD='$(realpath "$helpers")/fault_shim.so' \
		ASAN_OPTIONS="verify_asan_link_order=0:\${ASAN_OPTIONS:-}" '$program' "\$@"
END
chmod 755 "$work/under-shim"
TREECP=$work/under-shim
export FAULT='' FAULT_LOG=$work/faults

# faulty STATUS FAULT ARGUMENT...: treecp with this fault (see shim.c) must end with this status. A
# fault that is never met tests nothing.
faulty() {
	local want=$1 fault=$2
	shift 2
	rm -f "$FAULT_LOG"
	FAULT=$fault copy_rc "$want" "$@"
	[ -s "$FAULT_LOG" ] || fail "never met: $fault"
}

# How often the last fault was met.
met() {
	wc -l <"$FAULT_LOG"
}

# Start something in the background that lives until the test ends or stop_it.
started=()
start() {
	"$@" &
	started+=($!)
}

stop_all() {
	[ ${#started[@]} -eq 0 ] || kill "${started[@]}" 2>/dev/null || true
	[ ${#started[@]} -eq 0 ] || wait "${started[@]}" 2>/dev/null || true
	started=()
}

# Wait until what SIGINT does is said by one of these digits in that mask of a process's status.
until_sigint() { # PID MASK DIGITS
	until grep -Eq "^(State:.Z|$2:.*[$3]$)" "/proc/$1/status"; do sleep 0.001; done
}

# Start the program, as $pid, which a signal can end. A shell starts background jobs with SIGINT
# ignored, which the program would respect.
start_program() {
	env --default-signal=INT "$TREECP" "$@" 2>"$work/err" &
	pid=$!
	until_sigint $pid SigIgn 014589cd
}

until_it_listens() {
	until_sigint $pid SigCgt 2367abef
}

# No file may look finished (size and mtime of its source) with other content; nothing under a
# temporary name may be left.
no_lies() {
	python3 - "$1" "$2" <<-'END' || fail 'a file looks finished and is not'
		import os, sys
		def look(path):
		    try:
		        st = os.lstat(path)
		    except FileNotFoundError:
		        return None
		    return (st.st_size, st.st_mtime_ns)
		for folder, _, names in os.walk(sys.argv[1]):
		    for name in names:
		        path = os.path.join(folder, name)
		        other = os.path.join(sys.argv[2], os.path.relpath(path, sys.argv[1]))
		        seen = look(path)
		        if not os.path.isfile(path) or os.path.islink(path) or look(other) != seen:
		            continue
		        if seen[0] and open(path, "rb").read() != open(other, "rb").read():
		            sys.exit(f"{other} is not {path}")
	END
}

no_leftovers() {
	local left
	left=$(find "$1" -name '.treecp-*')
	[ -z "$left" ] || fail "left behind: $left"
}

# What to read of a tree that must not change: metadata and content.
fingerprint() {
	(cd "$1" && find . -printf '%p %y %m %U %G %s %T@ %C@ %l\n' | sort && find . -type f -print0 \
		| sort -z | xargs -0r md5sum)
}

seconds_since() {
	echo "$(((${EPOCHREALTIME/./} - $1) / 1000)) ms"
}

# Which names are one file, each with the first name of its group: for more names than same_links in
# lib.sh is made for.
list_groups() {
	(cd "$1" && find . -type f -printf '%i %p\n') | sort -k 2 \
		| awk '{ if (!($1 in first)) first[$1] = $2; print $2, first[$1] }'
}

same_groups() {
	list_groups "$1" >"$work/groups1"
	list_groups "$2" >"$work/groups2"
	same_text 'hard links' "$work/groups1" "$work/groups2"
}
