# zoneadm verify: a zonepath that is a directory of the system's own is refused, and nothing is
# advised that would break the host.
# fs: tmpfs
. "$tests/zone/lib.sh"

# refused PATH TEXT: this one error, and no command to paste.
refused() {
	zonecfg -z web "create -F; set zonepath=$1; commit"
	zoneadm_rc 1 -z web verify
	erred "zoneadm: zonepath $1 $2"
	erred '/zones/NAME'
	is "$(wc -l <"$work/err")" 2
	silent_about 'chmod|chown'
}

for path in /usr/local /usr/share /var /var/lib /var/log /var/tmp /tmp /home /root /srv /opt /mnt \
	/media /dev/shm; do
	refused $path 'is a directory that others use, too: choose one of'
done
for path in /etc /boot /proc /sys /dev /bin /sbin /lib /lib32 /lib64 /usr/bin /usr/sbin /usr/lib \
	/run/zones; do
	refused $path "is $path, which is the system's: "
done
refused /usr 'contains /usr/bin'
refused /run 'contains /run/zones'
refused /etc/zones 'lies in /etc'
refused /etc/zones/.transaction 'lies in /etc'
refused /dev/zones 'lies in /dev'
refused /dev/shmall 'lies in /dev'
refused /proc/x 'lies in /proc'
refused /sys/fs/x 'lies in /sys'
refused /boot/zones/web 'lies in /boot'
refused /usr/lib/zones 'lies in /usr/lib'
refused /run/zones/web 'lies in /run/zones'

# Names that only look alike, and what is below a directory that many use, are judged by what they
# are.
for path in /usr/libzones /etcetera /srv/zones/web /var/lib/zones/web /run/zones2 /opt/zones/web; do
	zonecfg -z web "create -F; set zonepath=$path; commit"
	timeout 10 "$ZONEADM" -z web verify 2>"$work/err" || true
	silent_about '/zones/NAME'
done

# Where others can write, another place is the advice.
mkdir -m 1777 "$S/tmp"
zonecfg -z web "create -F; set zonepath=$S/tmp/web; commit"
zoneadm_rc 1 -z web verify
erred "$S/tmp, the directory that holds the zonepath, has mode 1777"
erred "choose another place for the zone, or make that directory root's alone"
silent_about 'chmod|chown'
chmod 500 "$S/tmp"
zoneadm_rc 1 -z web verify
erred 'choose another place for the zone, or give root these rights'
silent_about 'chmod|chown'
