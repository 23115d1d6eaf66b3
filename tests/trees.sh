# Canned trees. Each function fills the directory it is given, making it if need be.
# shellcheck shell=bash

# random SIZE: that many bytes that no tool can guess or compress.
random() {
	head -c "$1" /dev/urandom
}

# Files of sizes around what a block, a buffer or a page is; directories; symbolic links.
make_basic() {
	mkdir -p "$1/dir/sub/subsub" "$1/empty-dir" "$1/other"
	: >"$1/empty"
	local size
	for size in 1 4095 4096 4097 65536 65537 1000003; do
		random $size >"$1/size-$size"
	done
	echo text >"$1/dir/text"
	echo deep >"$1/dir/sub/subsub/deep"
	echo '#!/bin/sh' >"$1/dir/program"
	chmod 755 "$1/dir/program"
	chmod 600 "$1/dir/text"
	ln -s text "$1/dir/link"
	ln -s ../nowhere "$1/other/dangling"
	ln -s /etc/passwd "$1/other/absolute"
	ln -s ../dir "$1/other/to-dir"
	touch -d '2001-02-03 04:05:06.123456789' "$1/dir/text" "$1/dir"
	touch -h -d '2002-02-03 04:05:06.987654321' "$1/dir/link"
}

make_socket() {
	(cd "$(dirname "$1")" && python3 -c \
		'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$(basename "$1")")
}

# Hard links of every kind of object, across directories and in several groups.
make_links() {
	mkdir -p "$1"/{a,b,c/d,z}
	local kind
	echo one >"$1/a/file"
	echo two >"$1/a/file2"
	ln -s somewhere "$1/a/symlink"
	mkfifo "$1/a/fifo"
	make_socket "$1/a/socket"
	mknod "$1/a/chr" c 1 3
	mknod "$1/a/blk" b 7 200
	for kind in file file2 symlink fifo socket chr blk; do
		ln "$1/a/$kind" "$1/b/$kind-2"
		ln "$1/a/$kind" "$1/c/d/$kind-3"
		ln "$1/a/$kind" "$1/a/$kind-4"
	done
	# A group with a name outside of the tree's reach is still a group inside.
	echo partly >"$1/z/in-1"
	ln "$1/z/in-1" "$1/z/in-2"
	setfattr -n user.linked -v yes "$1/z/in-1"
	touch -d 2003-03-03 "$1"/{a,b,c/d,z}
}

# Holes everywhere they can be; sizes that are no multiple of a block.
make_sparse() {
	mkdir -p "$1"
	truncate -s 12345 "$1/only-hole"
	{ truncate -s 1M "$1/leading" && printf end >>"$1/leading"; }
	{ random 5000 >"$1/trailing" && truncate -s 1234567 "$1/trailing"; }
	truncate -s 3000001 "$1/middle"
	random 4096 | dd of="$1/middle" bs=4096 seek=100 conv=notrunc status=none
	random 10 | dd of="$1/middle" bs=1 seek=2000000 conv=notrunc status=none
	printf x | dd of="$1/last-byte" bs=1 seek=5000000 status=none
	python3 - "$1/fragments" <<-'END'
		import os, sys
		fd = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT, 0o644)
		for i in range(600):
		    os.pwrite(fd, b"%04096d" % i, i * 65536 + 8192)
		os.ftruncate(fd, 600 * 65536 + 77)
	END
	# Allocated but never written; partly written after that.
	fallocate -l 1M "$1/unwritten"
	fallocate -l 1M "$1/partly"
	random 100 | dd of="$1/partly" bs=1 seek=300000 conv=notrunc status=none
	echo short >"$1/beyond-end"
	fallocate -l 1M -n "$1/beyond-end"
}

# make_xattrs DIR [LARGE]: LARGE is the size of the largest value, as the file system allows.
make_xattrs() {
	mkdir -p "$1/dir"
	local name
	for name in file suid many large long; do echo $name >"$1/$name"; done
	ln -s target "$1/symlink"
	mkfifo "$1/fifo"
	setfattr -n user.plain -v value "$1/file"
	setfattr -n user.empty -v '' "$1/file"
	setfattr -n user.binary -v 0x00ff0a00 "$1/file"
	setfattr -n user.dir -v on-dir "$1/dir"
	setfattr -n trusted.mine -v secret "$1/file"
	setfattr -n trusted.mine -v dir "$1/dir"
	setfattr -h -n trusted.link -v link "$1/symlink"
	setfattr -n trusted.fifo -v fifo "$1/fifo"
	setfattr -n trusted.overlay.opaque -v y "$1/dir"
	setfattr -n security.label -v something "$1/file"
	# The longest name: 255 bytes with its prefix.
	setfattr -n "user.$(printf 'n%.0s' {1..250})" -v long "$1/long"
	for name in {1..30}; do setfattr -n "user.attribute-$name" -v "$name" "$1/many"; done
	setfattr -n user.large -v "0x$(random "${2:-2000}" | od -An -v -tx1 | tr -d ' \n')" "$1/large"
	# The owner and the mode, set later, would each take the capability away.
	chown 1234:5678 "$1/suid"
	chmod 4755 "$1/suid"
	setcap cap_net_raw,cap_net_admin+ep "$1/suid"
	chmod 444 "$1/many"
}

make_acls() {
	mkdir -p "$1/default/inside" "$1/both" "$1/plain"
	local name
	for name in user group mask nothing unknown; do echo $name >"$1/$name"; done
	setfacl -m u:1000:r "$1/user"
	setfacl -m g:2000:rwx "$1/group"
	# The mask takes away what the entries give; the group bits of the mode show the mask.
	setfacl -m u:1000:rwx,g::rw,m::r "$1/mask"
	setfacl -m u:1000:---,g:2000:---,m::--- "$1/nothing"
	setfacl -m u:4000000000:rw,g:4000000001:r "$1/unknown"
	setfacl -d -m u:1000:rwx,g:2000:r-x,o::--- "$1/default"
	setfacl -m u:1000:r-x "$1/both"
	setfacl -d -m u::rwx,g::---,o::--- "$1/both"
	mkfifo "$1/both/fifo"
	setfacl -m u:1000:rw "$1/both/fifo"
	echo made-before >"$1/default/inside/file"
	setfacl -b "$1/default/inside/file"
}

make_modes() {
	mkdir -p "$1"
	local mode
	for mode in 0000 0111 0222 0400 0644 0777 1644 2755 4755 6755 7777 4000 2644; do
		echo $mode >"$1/file-$mode"
		mkdir "$1/dir-$mode"
		echo inside >"$1/dir-$mode/inside"
		chown "$((RANDOM + 1)):4294967294" "$1/file-$mode"
		chown "4294967294:$((RANDOM + 1))" "$1/dir-$mode"
		chmod $mode "$1/file-$mode" "$1/dir-$mode"
	done
	mkdir "$1/read-only" "$1/closed"
	echo inside | tee "$1/read-only/file" >"$1/closed/file"
	chmod 0500 "$1/read-only"
	chmod 0000 "$1/closed"
	ln -s file-0644 "$1/symlink"
	chown -h 77:88 "$1/symlink"
}

make_times() {
	mkdir -p "$1/dir/sub"
	echo x | tee "$1/old" "$1/ancient" "$1/zero" "$1/late" "$1/fine" >"$1/dir/sub/file"
	ln -s fine "$1/symlink"
	mkfifo "$1/fifo"
	touch -m -d '1969-12-31 23:59:58.000000001' "$1/old"
	touch -m -d '1905-05-05 05:05:05.555555555' "$1/ancient"
	touch -a -d '1950-01-01 00:00:00.999999999' "$1/ancient"
	touch -d @0 "$1/zero"
	touch -d '2106-02-07 06:28:17.123456789' "$1/late"
	touch -m -d '2020-02-02 02:02:02.222222221' "$1/fine"
	touch -a -d '2021-02-02 02:02:02.333333333' "$1/fine"
	touch -h -m -d '1999-09-09 09:09:09.999999999' "$1/symlink"
	touch -h -a -d '2031-09-09 09:09:09.999999999' "$1/symlink"
	touch -d '1988-08-08 08:08:08.888888888' "$1/fifo"
	touch -d '2040-01-01 00:00:00.000000001' "$1/dir/sub"
	touch -m -d '1960-01-01 00:00:00.000000001' "$1/dir"
}

# make_flags DIR FLAGS: a file and a directory with each of these flags (chattr's letters).
make_flags() {
	mkdir -p "$1"
	local flag
	for flag in $(echo "$2" | fold -w 1); do
		: >"$1/file-$flag"
		mkdir "$1/dir-$flag"
		case $flag in
		D | T) : ;; # directories only
		C) chattr +C "$1/file-C" ;; # empty files only
		esac
		echo content >"$1/file-$flag"
		echo content >"$1/dir-$flag/inside"
		touch -d 2004-04-04 "$1/file-$flag" "$1/dir-$flag"
		case $flag in
		D | T) chattr "+$flag" "$1/dir-$flag" ;;
		C) chattr +C "$1/dir-C" ;;
		*) chattr "+$flag" "$1/file-$flag" "$1/dir-$flag" ;;
		esac
	done
}

# Project ids of files and directories, inherited and not (XFS).
make_projects() {
	mkdir -p "$1/tree/sub" "$1/plain" "$1/mixed"
	xfs_io -c 'chproj 42' -c 'chattr +P' "$1/tree"
	mkdir "$1/tree/inherits"
	echo 42 | tee "$1/tree/file" >"$1/tree/inherits/file"
	echo 0 | tee "$1/plain/none" >"$1/plain/own"
	xfs_io -c 'chproj 4000000000' "$1/plain/own"
	xfs_io -c 'chproj 7' "$1/mixed"
	echo 0 >"$1/mixed/zero"
}

make_special() {
	mkdir -p "$1"
	mknod "$1/chr" c 1 3
	mknod "$1/blk" b 8 1
	mknod "$1/big" c 511 262143 # the largest that XFS holds
	mknod "$1/whiteout" c 0 0
	mkfifo "$1/fifo"
	make_socket "$1/socket"
	chown 11:22 "$1/chr" "$1/fifo" "$1/socket"
	chmod 0604 "$1/chr" "$1/fifo" "$1/socket"
	touch -d '2005-05-05 05:05:05.555' "$1/chr" "$1/fifo" "$1/socket"
}

make_names() {
	mkdir -p "$1"
	local name
	for name in $'new\nline' $'\xff\xfe' -n --help '-' ' ' '*' '?' "quo'te" 'dou"ble' \
		'back\slash' $'\x01\x1b[31m\x7f' $'tab\t' $'caf\xc3\xa9' '~' '$HOME' '#' '...' '.hidden' \
		"$(printf 'x%.0s' {1..255})" "$(printf '\xe2\x82\xac%.0s' {1..85})"; do
		echo content >"$1/$name"
	done
	mkdir "$1"/$'dir\nline' "$1/-d"
	echo inside >"$1"/$'dir\nline/-'
	ln -s $'new\nline' "$1/-d/link"
	ln -s "$(printf "%0.s../" {1..341})" "$1/long-target" # 1023 bytes, the longest on XFS
}

# make_deep DIR LEVELS [NAME_LENGTH]: one directory in another.
make_deep() {
	mkdir -p "$1"
	python3 - "$1" "$2" "${3:-10}" <<-'END'
		import os, sys
		fd = os.open(sys.argv[1], os.O_RDONLY)
		name = "d" * int(sys.argv[3])
		for i in range(int(sys.argv[2])):
		    os.mkdir(name, 0o750, dir_fd=fd)
		    if i % 100 == 99:
		        os.close(os.open("file", os.O_CREAT | os.O_WRONLY, 0o640, dir_fd=fd))
		    new = os.open(name, os.O_RDONLY, dir_fd=fd)
		    os.utime(fd, ns=(i, i * 10**9 + 1))
		    os.close(fd)
		    fd = new
	END
}

# make_wide DIR COUNT: that many files in one directory.
make_wide() {
	mkdir -p "$1"
	(cd "$1" && seq -f 'name-%.0f' "$2" | xargs touch -d '2006-06-06 06:06:06.6')
}

# All of the above that each of ext4, XFS, btrfs and tmpfs can hold.
make_everything() {
	need_cmd python3 setfattr setfacl setcap chattr
	make_basic "$1/basic"
	make_links "$1/links"
	make_sparse "$1/sparse"
	make_xattrs "$1/xattrs"
	make_acls "$1/acls"
	make_modes "$1/modes"
	make_flags "$1/flags" Adai
	make_special "$1/special"
	make_names "$1/names"
	make_deep "$1/deep" 100
	make_wide "$1/wide" 700
	make_times "$1/times"
	chmod 2751 "$1"
	chown 3:4 "$1"
	touch -d '2007-07-07 07:07:07.777777777' "$1"
}
