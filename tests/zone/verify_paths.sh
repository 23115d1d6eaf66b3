# zoneadm verify: where a zone may live. Nothing is changed by looking.
# fs: ext4
. "$tests/zone/lib.sh"

zones=$S/zones
mkdir -m 755 "$zones"

# configure NAME ZONEPATH, whatever zonecfg thinks of that
configure() {
	zonecfg_rc 0 -z "$1" "create -F; set zonepath=$2; commit"
}

# verify must find exactly this many errors, not counting the last line.
errors() {
	local want=$1 have
	shift
	zoneadm_rc 1 -z "$@" verify
	have=$(grep -vc 'WARNING:' "$work/err")
	is "$have" $((want + 1))
	is "$(tail -n 1 "$work/err")" "zoneadm: zone '$1' failed to verify"
	[ ! -s "$work/out" ] || fail 'messages are no output'
}

fine() {
	zoneadm -z web verify
}

# ---- the directory ----

configure web "$zones/web"
zoneadm_rc 0 -z web verify
says "WARNING: zonepath $zones/web does not exist yet"
is "$(wc -l <"$work/err")" 1
absent "$zones/web"
mkdir -m 700 "$zones/web"
find "$zones" /etc/zones /run/zones -printf '%p %i %m %U %T@ %C@\n' | sort >"$work/before"
fine
find "$zones" /etc/zones /run/zones -printf '%p %i %m %U %T@ %C@\n' | sort >"$work/after"
same_text 'what verify has looked at' "$work/before" "$work/after"

chmod 755 "$zones/web"
chown 12345 "$zones/web"
chmod 775 "$zones"
chown 12345 "$zones"
errors 4 web
says "zonepath $zones/web has mode 0755: it must be 0700"
says "zonepath $zones/web belongs to user 12345"
says "$zones, the directory that holds the zonepath, has mode 0775"
says "$zones, the directory that holds the zonepath, belongs to user 12345"
chown 0 "$zones" "$zones/web"
chmod 755 "$zones"
chmod 700 "$zones/web"
fine
chmod 777 "$S"
errors 1 web
says "$S, a directory on the way to the zonepath, has mode 0777"
silent_about '\(chmod|chmod go'
chmod 755 "$S"

mv "$zones" "$S/elsewhere"
ln -s elsewhere "$zones"
errors 1 web
says "$zones is a symbolic link"
rm "$zones"
mv "$S/elsewhere" "$zones"
rmdir "$zones/web"
ln -s nowhere "$zones/web"
errors 1 web
rm "$zones/web"
echo >"$zones/web"
errors 1 web
says "$zones/web is not a directory"
rm "$zones/web"
mkdir -m 700 "$zones/web"

# ---- what is in it ----

# one_warning TEXT: that is all, whether the zone is installed or not.
one_warning() {
	local state
	for state in configured installed; do
		set_state web $state
		zoneadm_rc 0 -z web verify
		erred "WARNING: zonepath $zones/web $1"
		is "$(wc -l <"$work/err")" 1
	done
	set_state web configured
}

mkdir "$zones/web/root"
fine
mkdir "$zones/web/dev" "$zones/web/lu" "$zones/web/lost+found"
echo >"$zones/web/SUNWattached.xml"
fine
echo >"$zones/web/notes"
one_warning "has in it what is no zone's: notes: move that away"
mkdir "$zones/web"/{a,b,c}
one_warning "has in it what is no zone's: "
says ': [abcnotes, ]+ and 1 more: move that away$'
echo >"$zones/web/SUNW.xml.bak"
one_warning "has in it what is no zone's: "
says ' and 2 more'
rm -r "$zones/web"/{a,b,c,notes,dev,lu,lost+found,SUNW*}

# Mounts are not the zone's files, whatever mounted them.
mkdir "$zones/web/root/a b" "$S/elsewhere"
set_state web installed
mount --bind "$S/elsewhere" "$zones/web/root/a b"
zoneadm_rc 0 -z web verify
erred "WARNING: zonepath $zones/web has mounts on it or below it: $zones/web/root/a b: unmount"
is "$(wc -l <"$work/err")" 1
umount "$zones/web/root/a b"
rmdir "$zones/web/root/a b" "$S/elsewhere"
mount --bind "$zones/web" "$zones/web"
one_warning "has mounts on it or below it: $zones/web: unmount"
umount "$zones/web"
set_state web configured
fine
echo >"$zones/web/root/file"
errors 1 web
says "$zones/web/root has files, although the zone is not installed"
echo >"$zones/web/SUNWdetached.xml"
zoneadm_rc 0 -z web verify
says "WARNING: zonepath $zones/web holds a detached zone: attach it"
rm "$zones/web/SUNWdetached.xml"
cp -p /etc/zones/index "$work/index"
set_state web installed
fine
rm -r "$zones/web/root"
errors 1 web
says "the zone is installed, but $zones/web/root does not exist"
ln -s / "$zones/web/root"
errors 1 web
says 'root is not a directory'
rm -r "$zones/web"
errors 1 web
says "the zone is installed, but its zonepath $zones/web does not exist"
sed -i 's/^web:installed/web:incomplete/' /etc/zones/index
zoneadm_rc 1 -z web verify
says 'zone web is incomplete'
cp -p "$work/index" /etc/zones/index
mkdir -m 700 "$zones/web"
fine

# ---- the file system ----

mount -t tmpfs -o mode=700 tmpfs "$zones/web"
zoneadm_rc 0 -z web verify
says "WARNING: zonepath $zones/web is on a file system in memory \(tmpfs\)"
says 'WARNING: .* has mounts on it'
is "$(wc -l <"$work/err")" 2
mount -o remount,ro,nosuid,nodev,noexec "$zones/web"
errors 4 web
for option in ro nosuid nodev noexec; do
	says "is on a file system mounted $option, "
done
umount "$zones/web"
mount --bind "$zones/web" "$zones/web"
mount -o remount,bind,nosuid "$zones/web"
errors 1 web
says 'mounted nosuid'
umount "$zones/web"
fine

mount --bind /proc/self "$zones/web"
zoneadm_rc 1 -z web verify
says "zonepath $zones/web is on proc, which holds no files"
umount "$zones/web"

# No server is needed to see a file system of that type: the answer of the kernel is changed.
if type -P strace >/dev/null; then
	cat >"$work/on-nfs" <<-END
		#!/bin/sh
		ASAN_OPTIONS=detect_leaks=0 exec strace -o /dev/null -e trace=fstatfs \
			-e inject=fstatfs:poke_exit=@arg2=\$MAGIC '$ZONEADM' "\$@"
	END
	chmod 755 "$work/on-nfs"
	ours=$ZONEADM
	ZONEADM=$work/on-nfs
	for row in 69690000:NFS 424d53ff:CIFS 424d53fe:SMB 97190201:9p 0064c300:Ceph; do
		export MAGIC=${row%:*}
		errors 1 web
		says "zonepath $zones/web is on a network file system \(${row#*:}\)"
	done
	MAGIC=46557365
	zoneadm_rc 0 -z web verify
	says 'WARNING: .*\(FUSE\)'
	ZONEADM=$ours
fi

# ---- other zones ----

configure inner "$zones/web/root/inner"
errors 1 web
says "zonepath $zones/web and $zones/web/root/inner, the zonepath of zone inner, overlap"
zoneadm_rc 1 -z inner verify
says "zonepath $zones/web/root/inner and $zones/web, the zonepath of zone web, overlap"
configure twin "$zones/web"
errors 2 web
says 'the zonepath of zone inner, overlap'
says 'the zonepath of zone twin, overlap'
configure beside "$zones/web2"
zonecfg -z inner 'delete -F'
zonecfg -z twin 'delete -F'
fine
set_state beside installed
configure outer "$S"
errors 1 web
zonecfg -z outer 'delete -F'
zonecfg -z beside 'delete -F'

# One directory by two names: the same, one in the other, and what is not there yet.
same_tree() {
	errors 1 web
	erred "zonepath $zones/web and $1, the zonepath of zone twin, are one directory, or one lies in"
	zoneadm_rc 1 -z twin verify
	erred "zonepath $1 and $zones/web, the zonepath of zone web, are one directory, or one lies in"
}
mkdir -m 755 "$S/names"
mount --bind "$zones" "$S/names"
configure twin "$S/names/web"
same_tree "$S/names/web"
configure twin "$S/names/web/root/x"
same_tree "$S/names/web/root/x"
mkdir -m 700 "$zones/beside"
configure twin "$S/names/beside"
fine
rmdir "$zones/beside"
configure twin "$S/names/none"
fine
rmdir "$zones/web"
configure twin "$S/names/web"
same_tree "$S/names/web"
configure twin "$S/names/web/sub"
same_tree "$S/names/web/sub"
zonecfg -z twin 'delete -F'
umount "$S/names"
mkdir -m 700 "$zones/web"
# A mount of what is in that tree only, or in a neighbour.
mkdir -m 755 "$zones/web/root"
mount --bind "$zones/web/root" "$S/names"
configure twin "$S/names/none"
same_tree "$S/names/none"
configure twin "$S/names/none/sub"
same_tree "$S/names/none/sub"
umount "$S/names"
mkdir -m 755 "$zones/web2" "$zones/web2/root"
mount --bind "$zones/web2/root" "$S/names"
fine
umount "$S/names"
rmdir "$zones/web2/root" "$zones/web2"
zonecfg -z twin 'delete -F'
rmdir "$S/names" "$zones/web/root"
# Another one that is behind a symbolic link.
ln -s zones "$S/link"
configure twin "$S/link/web"
errors 1 web
erred "zonepath $zones/web and $S/link/web, the zonepath of zone twin, are one directory"
zonecfg -z twin 'delete -F'
rm "$S/link"
fine

# ---- the registry itself ----

sed -i "s|^web:configured:.*|web:configured:$zones/other:|" /etc/zones/index
errors 1 web
says "zonepath is $zones/web in /etc/zones/web\.xml, but \"$zones/other\" in /etc/zones/index"
cp -p "$work/index" /etc/zones/index
cp -p /etc/zones/web.xml "$work/web.xml"
head -c 100 "$work/web.xml" >/etc/zones/web.xml
zoneadm_rc 1 -z web verify
says '/etc/zones/web\.xml:[0-9]+'
says "zone 'web' failed to verify"
rm /etc/zones/web.xml
zoneadm_rc 1 -z web verify
says '/etc/zones/web\.xml is missing'
cp -p "$work/web.xml" /etc/zones/web.xml
fine

# Without rights, what cannot be seen is said, and nothing is claimed about it.
need_cmd setpriv
install -m 755 "$ZONEADM" "$work/zoneadm"
as_nobody "$work/zoneadm" -z web verify 2>"$work/err" || fail "$(cat "$work/err")"
says "WARNING: zonepath $zones/web: what is in it was not looked at, which takes root"
