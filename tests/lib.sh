# Helpers for the tests. Read by run.sh before each test; see there for how a test is run.
# shellcheck shell=bash

export LC_ALL=C TZ=UTC0
umask 022

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

skip() {
	echo "$*"
	exit 77
}

need_cmd() {
	local cmd
	for cmd; do
		type -P "$cmd" >/dev/null || skip "needs $cmd"
	done
}

# This test itself says in which way content is copied, or counts on that: not with --methods for
# all tests (TREECP_OPTS).
need_any_method() {
	[[ $TREECP_OPTS != *--methods* ]] || skip "is about certain ways of copying: $TREECP_OPTS"
}

# ---- file systems ----

need_fs() {
	grep -qw "$1" /proc/filesystems || modprobe -q "$1" 2>/dev/null || true
	grep -qw "$1" /proc/filesystems || skip "this kernel has no $1"
}

# A new image file for a file system, sparse.
new_image() {
	truncate -s "${2:-512M}" "$work/$1.img"
	echo "$work/$1.img"
}

# mount_fs KIND MOUNT_POINT: make a new file system and mount it. Atimes stand still unless a test
# asks for them (see moving_atimes): else the oracles would move them by looking.
mount_fs() {
	local kind=$1 point=$2 image name
	name=$(basename "$point")
	mkdir -p "$point"
	case $kind in
	ext4*)
		need_cmd mkfs.ext4
		image=$(new_image "$name")
		case $kind in
		ext4) mkfs.ext4 -q -N 120000 "$image" ;;
		ext4-128) mkfs.ext4 -q -I 128 "$image" 2>/dev/null ;;
		ext4-casefold) mkfs.ext4 -q -O casefold "$image" ;;
		esac
		mount -o loop,noatime "$image" "$point" 2>"$work/why" || {
			[ "$kind" != ext4-casefold ] || skip 'this kernel has no ext4 with casefold'
			fail "cannot mount $kind: $(cat "$work/why")"
		} ;;
	xfs)
		need_cmd mkfs.xfs
		need_fs xfs
		image=$(new_image "$name")
		mkfs.xfs -q "$image"
		mount -o loop,noatime "$image" "$point" ;;
	btrfs)
		need_cmd mkfs.btrfs
		need_fs btrfs
		image=$(new_image "$name")
		mkfs.btrfs -q "$image" >/dev/null
		mount -o loop,noatime "$image" "$point" ;;
	vfat*)
		need_cmd mkfs.vfat
		need_fs vfat
		image=$(new_image "$name" 64M)
		mkfs.vfat "$image" >/dev/null
		mount -o "loop,noatime$([ "$kind" = vfat ] || echo ,quiet)" "$image" "$point" ;;
	ntfs)
		need_cmd mkfs.ntfs ntfs-3g
		image=$(new_image "$name" 64M)
		mkfs.ntfs -q -f -F "$image" >/dev/null 2>&1
		ntfs-3g -o noatime "$image" "$point" 2>"$work/why" || skip "no FUSE: $(cat "$work/why")" ;;
	overlay)
		need_fs overlay
		mkdir -p "$work/$name.o"
		mount -t tmpfs -o noatime tmpfs "$work/$name.o"
		mkdir "$work/$name.o"/{lower,upper,work}
		mount -t overlay -o "noatime,lowerdir=$work/$name.o/lower,upperdir=$work/$name.o/upper" \
			-o "workdir=$work/$name.o/work" overlay "$point" ;;
	tmpfs) mount -t tmpfs -o noatime,nr_inodes=0 tmpfs "$point" ;;
	ramfs) mount -t ramfs -o noatime ramfs "$point" ;;
	*) fail "unknown kind of file system: $kind" ;;
	esac
}

# Called by run.sh: make the file systems of "SRC[:DST]", $S and $D; go to the private folder.
begin() {
	work=$1
	src_fs=${2%%:*} dst_fs=${2##*:}
	trap 'echo "$(basename "${BASH_SOURCE[0]}"):$LINENO: failed: $BASH_COMMAND" >&2' ERR
	chmod 755 "$work"
	cd "$work"
	if [ "$2" = "$src_fs" ]; then
		mount_fs "$src_fs" "$work/fs"
		S=$work/fs/s D=$work/fs/d mounts=("$work/fs")
		mkdir "$S" "$D"
	else
		mount_fs "$src_fs" "$work/s"
		mount_fs "$dst_fs" "$work/d"
		S=$work/s D=$work/d mounts=("$work/s" "$work/d")
	fi
}

# Called by run.sh: the hierarchies of control groups show this test's own groups and nothing else.
see_own_groups() {
	local source point type options rest
	while read -r source point type options rest; do
		[[ $type == cgroup* ]] || continue
		umount "$point"
		[ "$type" = cgroup2 ] && options='' ||
			options=$(tr , '\n' <<<"$options" | grep -v -e '^r[wo]$' -e '^.*time$' | paste -sd,)
		mount -t "$type" ${options:+-o "$options"} "$source" "$point"
		# A group of cgroup2 that has controllers for others below has no processes.
		if [ "$type" = cgroup2 ]; then
			mkdir "$point/test"
			echo 0 >"$point/test/cgroup.procs"
		fi
	done < <(cat /proc/self/mounts) # a copy: the table changes meanwhile
}

# From here on reading moves atimes as much as it can; still_atimes ends it.
moving_atimes() {
	local m
	for m in "${mounts[@]}"; do mount -o remount,strictatime "$m"; done
}

still_atimes() {
	local m
	for m in "${mounts[@]}"; do mount -o remount,noatime "$m"; done
}

# ---- the program ----

# Run treecp, what it prints going to $work/out and $work/err. A hang, a crash or a sanitizer's
# report is a failure whatever status is expected.
treecp() {
	local rc=0
	# shellcheck disable=SC2086 # several options
	timeout -k 5 120 "$TREECP" $TREECP_OPTS "$@" >"$work/out" 2>"$work/err" \
		|| rc=$?
	if [ "$rc" -ge 124 ] || grep -Eq 'Sanitizer|runtime error:' "$work/err"; then
		cat "$work/err" >&2
		fail "status $rc, a hang or a crash: treecp $*"
	fi
	return "$rc"
}

# treecp with these arguments must end with this status.
copy_rc() {
	local want=$1 rc=0
	shift
	treecp "$@" || rc=$?
	[ "$rc" -eq "$want" ] && return
	cat "$work/out" "$work/err" >&2
	fail "status $rc instead of $want from: treecp $*"
}

# treecp with these arguments must succeed and have nothing to complain about.
copy() {
	copy_rc 0 "$@"
	[ ! -s "$work/err" ] || fail "success, and yet a message: $(cat "$work/err")"
}

# What the last run said on standard error (says) or output (prints), as an extended regex.
says() {
	grep -Eq -- "$1" "$work/err" || fail "no message matches '$1' in: $(cat "$work/err")"
}

prints() {
	grep -Eq -- "$1" "$work/out" || fail "nothing printed matches '$1' in: $(cat "$work/out")"
}

silent_about() {
	! grep -Eq -- "$1" "$work/err" "$work/out" || fail "'$1' in: $(cat "$work/err" "$work/out")"
}

# Run it as a user without rights.
as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"
}

# From here on, treecp is run as that user.
become_nobody() {
	need_cmd setpriv
	local program=$work/treecp
	install -m 755 "$TREECP" "$program"
	cat >"$work/as-nobody" <<-END
		#!/bin/sh
		exec setpriv --reuid=65534 --regid=65534 --clear-groups -- '$program' "\$@"
	END
	chmod 755 "$work/as-nobody"
	TREECP=$work/as-nobody
}

# ---- what must be so ----

# The command must fail.
no() {
	! "$@" || fail "should have failed: $*"
}

is() {
	[ "$1" = "$2" ] || fail "'$1' is not '$2'"
}

absent() {
	local path
	for path; do
		[ ! -e "$path" ] && [ ! -L "$path" ] || fail "$path should not be there"
	done
}

# The names below a directory, sorted, in one line.
names_in() {
	(cd "$1" && find . -mindepth 1 -printf '%P\n' | sort | tr '\n' ' ' | sed 's/ $//')
}

inode() {
	stat -c %i "$1"
}

# What a number in the JSON summary of the last run is.
json() {
	sed -nE "s/^\{.*\"$1\":([0-9.]+)[,}].*/\1/p" "$work/out"
}

# ---- oracles: two trees are the same, say tools that are not ours ----

same_text() {
	diff -u "$2" "$3" | head -n 40 >"$work/diff" || true
	[ ! -s "$work/diff" ] || fail "$1 differ: $(cat "$work/diff")"
}

each_in() {
	(cd "$1" && shift && find . "${@:1:$#-1}" -print0 | sort -z | xargs -0r sh -c "${!#}" -)
}

# libattr's rules (xattr.conf) leave out XFS's own names for ACLs.
same_by_rsync() {
	need_cmd rsync
	local out
	out=$(rsync -aHAXn --delete --checksum --itemize-changes --filter='-x trusted.SGI_*' \
		"$1/" "$2/")
	[ -z "$out" ] || fail "rsync finds differences: $out"
}

# All that stat(1) tells of a tree, but what has no meaning on another file system.
list_stat() {
	each_in "$1" -type d 'stat --printf "%f %u %g %y %x %N\n" "$@"'
	each_in "$1" ! -type d 'stat --printf "%f %u %g %y %x %s %t:%T %h %N\n" "$@"'
}

same_by_stat() {
	list_stat "$1" >"$work/stat1"
	list_stat "$2" >"$work/stat2"
	same_text 'types, modes, owners, times or sizes' "$work/stat1" "$work/stat2"
}

# Which names are one object: each name with the first name of its group.
list_links() {
	local -A first
	local id path
	while IFS=' ' read -r -d '' id path; do
		: "${first[$id]:=$path}"
		printf '%q is %q\n' "$path" "${first[$id]}"
	done < <(cd "$1" && find . ! -type d -links +1 -printf '%p\0' | sort -z \
		| xargs -0r stat --printf '%d:%i %n\0')
}

same_links() {
	list_links "$1" >"$work/links1"
	list_links "$2" >"$work/links2"
	same_text 'hard links' "$work/links1" "$work/links2"
}

same_acls() {
	need_cmd getfacl
	each_in "$1" ! -type l 'getfacl -pn -- "$@"' >"$work/acl1"
	each_in "$2" ! -type l 'getfacl -pn -- "$@"' >"$work/acl2"
	same_text ACLs "$work/acl1" "$work/acl2"
}

# An attribute's place in the list means nothing: one line for each, sorted.
list_xattrs() {
	each_in "$1" 'getfattr -hd -m - -e hex -- "$@"' \
		| awk '/^# file: / { file = $0; next } NF && !/^trusted\.SGI_/ { print file, $0 }' | sort
}

same_xattrs() {
	need_cmd getfattr
	list_xattrs "$1" >"$work/xattr1"
	list_xattrs "$2" >"$work/xattr2"
	same_text 'extended attributes' "$work/xattr1" "$work/xattr2"
}

same_caps() {
	need_cmd getcap
	(cd "$1" && getcap -r . | sort) >"$work/caps1"
	(cd "$2" && getcap -r . | sort) >"$work/caps2"
	same_text capabilities "$work/caps1" "$work/caps2"
}

# Flags that say how a file system stores something are its own affair: e extents, I index, N
# inline data, x DAX. lsattr(1) prints '-' for what is not set.
list_flags() {
	need_cmd lsattr
	each_in "$1" \( -type f -o -type d \) 'lsattr -d -- "$@"' \
		| awk '{ f = $1; gsub(/[-eINx]/, "", f); $1 = f; print }'
}

same_flags() {
	list_flags "$1" >"$work/flags1"
	list_flags "$2" >"$work/flags2"
	same_text 'inode flags' "$work/flags1" "$work/flags2"
}

# The project id, and whether what is made inside inherits it (P).
list_projects() {
	need_cmd xfs_io
	each_in "$1" \( -type f -o -type d \) \
		'for f do echo "$f $(xfs_io -r -c lsproj "$f") $(lsattr -d "$f" | cut -c 1-22 | tr -dc P)"; done'
}

same_projects() {
	list_projects "$1" >"$work/projects1"
	list_projects "$2" >"$work/projects2"
	same_text 'project ids' "$work/projects1" "$work/projects2"
}

# The copy takes no more room than its source, but for one block at each hole.
no_larger() {
	need_cmd xfs_io
	local block=4096 holes a b
	sync -f "$1" "$2"
	holes=$(xfs_io -r -c 'seek -h -r 0' "$1" | grep -c HOLE)
	a=$(($(stat -c '%b*%B' "$1"))) b=$(($(stat -c '%b*%B' "$2")))
	[ "$b" -le $((a + holes * block)) ] || fail "$2 takes $b bytes, its source $a with $holes holes"
}

# All oracles at once. The program's own comparison must agree with them.
same() {
	same_by_stat "$1" "$2"
	same_links "$1" "$2"
	same_acls "$1" "$2"
	same_xattrs "$1" "$2"
	same_caps "$1" "$2"
	same_by_rsync "$1" "$2"
	copy_rc 0 --compare "$1" "$2"
}
