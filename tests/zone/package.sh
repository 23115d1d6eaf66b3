# The packages that cpack makes: lintian finds no errors; on a clean Debian they install with what
# they depend on, work, and leave nothing but the zones when they are purged.
# fs: tmpfs
. "$tests/zone/lib.sh"
. "$tests/zone/package.bash"
need_cmd lintian cc pkg-config

debs=("$work"/packages/*.deb)
is "$(for deb in "${debs[@]}"; do dpkg-deb -f "$deb" Package; done | sort | xargs)" \
	'libcopyengine-dev libcopyengine0 zonetool'
lintian --allow-root --fail-on error "${debs[@]}" >"$work/lintian" 2>&1 ||
	fail "lintian: $(cat "$work/lintian")"

# The packages, their versions and states, and all files of the system but for what apt keeps.
# shellcheck disable=SC2016
inventory() {
	clean dpkg-query -W -f '${Package} ${Version} ${db:Status-Abbrev}\n'
	cat "$work/out"
	(cd "$root" && find . -xdev \( -path ./var/cache -o -path ./var/lib/apt -o -path ./var/log \
		-o -path ./var/lib/dpkg -o -path ./tmp -o -path ./packages \) -prune -o -print | sort)
}

# ---- installed ----

make_root
export ZONE_TIMEOUT=240
mkdir "$root/packages"
cp "$work"/packages/{zonetool,libcopyengine0}_*.deb "$root/packages/"
# What it depends on first, so that what it leaves behind is seen.
mapfile -t depends < <(dpkg-deb -f "$work"/packages/zonetool_*.deb Depends | tr , '\n' |
	awk '{ print $1 }')
clean apt-get -q -y --no-install-recommends install systemd-sysv bash-completion man-db \
	"${depends[@]}"
inventory >"$work/before"
clean sh -c 'apt-get -q -y --no-install-recommends install /packages/*.deb'

clean dpkg-query -s zonetool
said 'Status: install ok installed'
for program in treecp zoneadm zoneadmd zonecfg zlogin zonename; do
	clean "$program" --version
	said "$program "
	clean man -w "$program"
	# shellcheck disable=SC2016
	clean bash -c '. /usr/share/bash-completion/bash_completion; _completion_loader "$1" || true
		complete -p "$1"' bash "$program"
	said "_$program"
done
clean sh -c 'ldd /usr/sbin/zoneadm /usr/lib/systemd/system-generators/zone-generator'
! grep 'not found' "$work/out" || fail 'a library is missing'
clean systemd-analyze verify --man=no zones.target zoneadmd@my-zone.service zone@my-zone.service
is "$(cat "$work/err")" ''
clean systemctl is-enabled zones.target
said_only enabled

# ---- used ----

clean zoneadm list -cv
said global
clean zonecfg -z my-zone 'create; set zonepath=/zones/my-zone; set autoboot=true'
clean zoneadm list -cp
said '-:my-zone:configured:/zones/my-zone::native:shared'
clean treecp /etc /tmp/etc
clean treecp --compare /etc /tmp/etc

# ---- built with ----

for deb in "$work"/packages/libcopyengine*.deb; do
	dpkg-deb -x "$deb" "$work/library"
done
cat >"$work/program.c" <<'END'
#include <copyengine.h>
#include <stdio.h>
int main(void)
{
	return puts(ce_version()) < 0;
}
END
PKG_CONFIG_PATH=$(dirname "$(find "$work/library" -name copyengine.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046
ran 0 cc "$work/program.c" $(pkg-config --cflags --libs copyengine) -o "$work/program"
ran 0 env LD_LIBRARY_PATH="${PKG_CONFIG_PATH%/pkgconfig}" "$work/program"
is "$(cat "$work/out")" "$(dpkg-deb -f "$work"/packages/zonetool_*.deb Version)"

# ---- an upgrade, and the end ----

clean sh -c 'dpkg -i /packages/*.deb'
clean systemctl disable zones.target
clean sh -c 'dpkg -i /packages/*.deb'
ran 1 chroot "$root" systemctl is-enabled zones.target
said_only disabled # what the administrator has decided stays

clean dpkg --remove zonetool
clean dpkg --purge zonetool libcopyengine0
inventory >"$work/after"
diff "$work/before" "$work/after" >"$work/left" || true
is "$(grep '^[<>]' "$work/left" | grep -vE '^> \./(etc/zones|run)(/|$)' || true)" ''
[ -s "$root/etc/zones/my-zone.xml" ] || fail 'a zone went with the package'
