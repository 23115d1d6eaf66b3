# What the tests on ZFS share: a pool of the test's own.
# shellcheck shell=bash

# The pools are those of a zfs-fuse that runs in the test's namespaces, with sockets and a list of
# pools of its own (/run is the test's, see lib.sh): it mounts for the test only, no other daemon
# knows of it, and it goes with the test.
# start_zfs OPTION...
start_zfs() {
	need_cmd zfs-fuse zfs zpool
	[ -c /dev/fuse ] || skip 'this machine has no /dev/fuse'
	mount -t tmpfs -o mode=755 tmpfs /var/lib/zfs
	mkdir -p /run/zfs /run/lock/zfs
	# What stat says is to be what the daemon says, not what it said once.
	rm -rf /etc/zfs
	mkdir -p /etc/zfs
	printf '%s\n' 'fuse-attr-timeout = 0' 'fuse-entry-timeout = 0' \
		'fuse-mount-options = default_permissions' >/etc/zfs/zfsrc
	# In the background without its own help: as a daemon it waits for a parent, which a new
	# process namespace does not have.
	zfs-fuse --no-daemon --no-kstat-mount "$@" >"$work/zfs-fuse.log" 2>&1 &
	wait_for answers_or_ended $!
	zpool list >"$work/zfs-list.log" 2>&1 || skip "no ZFS: $(tail -qn 1 "$work/zfs-fuse.log" \
		"$work/zfs-list.log" | tr '\n' ' ')"
}

# answers_or_ended PID: whether zfs-fuse does.
answers_or_ended() { zpool list >/dev/null 2>&1 || ! kill -0 "$1" 2>/dev/null; }

# make_pool NAME MOUNTPOINT [SIZE]: a pool in a file of the test's own.
make_pool() {
	truncate -s "${3:-300M}" "$work/$1.pool"
	zpool create -m "$2" "$1" "$work/$1.pool" 2>"$work/why" || fail "$(cat "$work/why")"
	chmod 755 "$2"
	# zfs-fuse does not know O_NOATIME.
	zfs set atime=off "$1"
}

# sync_pool NAME: what files take is known when they are on storage, and sync(1) does not bring what
# zfs-fuse has there. Any change of a property does.
sync_pool() {
	zfs set zonetool:synced=$RANDOM "$1"
}

# What is below a dataset, snapshots included, one a line, each with what it is a clone of.
datasets() {
	zfs list -H -r -t filesystem,snapshot -o name,origin "$1" | tail -n +2 | tr '\t' ' '
}

# is_dataset PATH NAME: this, and nothing else, is mounted there.
is_dataset() {
	is "$(findmnt -n -o SOURCE --mountpoint "$1")" "$2"
}

# over_zfs: from now on, what is on standard input, a script for bash, is run by all that run zfs.
# It finds the real one as "$zfs", and the test's folder as "$work".
over_zfs() {
	local at
	at=$(realpath "$(type -P zfs)")
	mkdir "$work/bin"
	mount -t tmpfs -o mode=755,exec tmpfs "$work/bin"
	cp "$at" "$work/bin/zfs"
	printf '#!/bin/bash\nzfs=%q work=%q\n' "$work/bin/zfs" "$work" >"$work/bin/script"
	cat >>"$work/bin/script"
	chmod 755 "$work/bin/script"
	mount --bind "$work/bin/script" "$at"
}

# What zfs-fuse can keep: it has whole seconds only.
whole_seconds() {
	find "$1" -depth -print0 | xargs -0 touch -h -d '2024-02-03 04:05:06'
}

# zoneadm must succeed, and warn of nothing: zfs-fuse is a program, but keeps everything.
zoneadm_zfs() {
	zoneadm_rc 0 "$@"
	[ ! -s "$work/err" ] || fail "it complains: $(cat "$work/err")"
}
