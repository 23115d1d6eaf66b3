# --compare finds each single planted difference, names its class, and nothing else.
# fs: ext4
mkdir "$S/tree" "$S/tree/dir"
echo content | tee "$S/tree/file" "$S/tree/plain" "$S/tree/dir/below" >"$S/tree/other"
ln "$S/tree/file" "$S/tree/linked"
ln -s target "$S/tree/link"
mknod "$S/tree/device" c 1 3
truncate -s 1M "$S/tree/hole"
setfattr -n user.x -v y "$S/tree/plain"
setcap cap_chown+ep "$S/tree/other"
touch -h -d '2001-01-01 01:01:01.123456789' "$S"/tree/{*,dir/*,.}
copy_rc 0 --compare "$S/tree" "$S/tree"
planted() { # CLASS OBJECT COMMAND...
	local class=$1 object=$2
	shift 2
	rm -rf "$D/copy"
	cp -a --sparse=always "$S/tree" "$D/copy"
	touch -d '2001-01-01 01:01:01.123456789' "$D"/copy/{file,plain,other,hole,dir/below}
	copy_rc 0 --compare -T "$S/tree" "$D/copy"
	(cd "$D/copy" && "$@" && [[ $class == *time ]] || touch -h -d '2001-01-01 01:01:01.123456789' .)
	copy_rc 1 --compare -T "$S/tree" "$D/copy"
	prints "/$object: $class: "
	[ "$(wc -l <out)" -eq 1 ] || fail "more than one difference: $(cat out)"
}
planted mode plain chmod 600 plain
planted mode dir chmod 1755 dir
planted owner plain chown 1 plain
planted owner link chown -h :1 link
planted owner device chown :1 device
planted mtime plain touch -m -d '2001-01-01 01:01:01.123456788' plain
planted mtime dir touch -m -d '2001-01-01 01:01:02.123456789' dir
planted mtime link touch -h -m -d '2001-01-01 01:01:02.123456789' link
planted atime plain touch -a -d '2001-01-01 01:01:02.123456789' plain
planted atime dir touch -a -d '2001-01-01 01:01:02.123456789' dir
planted acl plain setfacl -m u:5:rw,g::r,m::r plain
planted acl dir setfacl -d -m u:5:rw dir
planted xattr plain setfattr -n user.x -v z plain
planted xattr plain setfattr -x user.x plain
planted xattr dir setfattr -n user.new -v z dir
planted xattr link setfattr -h -n trusted.x -v z link
planted caps other setcap cap_kill+ep other
planted caps other setcap -r other
planted caps plain setcap cap_kill+ep plain
planted flags plain chattr +d plain
planted flags dir chattr +S dir
planted sparse hole sh -c 'fallocate -l 1M hole && touch -d "2001-01-01 01:01:01.123456789" hole'
planted existence other rm other
planted existence dir rm -r dir
planted existence new touch new
planted existence new mkdir new
planted type link sh -c 'rm link; mkfifo link; touch -d "2001-01-01 01:01:01.123456789" link'
planted type other sh -c 'rm other; mkdir other'
planted type dir sh -c 'rm -r dir; echo >dir'
planted size other sh -c 'echo longer-than-before >other; setcap cap_chown+ep other; touch -d "2001-01-01 01:01:01.123456789" other'
planted content other sh -c 'echo CONTENT >other; setcap cap_chown+ep other; touch -d "2001-01-01 01:01:01.123456789" other'
planted target link sh -c 'ln -sfn TARGET link; touch -h -d "2001-01-01 01:01:01.123456789" link'
planted device device sh -c 'rm device; mknod device c 1 5; touch -d "2001-01-01 01:01:01.123456789" device'
planted links 'linked|/file' sh -c 'cp -a linked l2; mv l2 linked'
