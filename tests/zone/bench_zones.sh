# bench/zones: what it measures is checked, so that a zoneadm that loses something is reported, not
# timed; it leaves nothing, and zones of the host are neither seen nor touched.
# fs: tmpfs
. "$tests/zone/lib.sh"
need_cmd hyperfine rsync cpio setfattr mkfs.ext4 mkfs.xfs systemd-tmpfiles /usr/bin/time
! grep -q __asan_init "$ZONEADM" || skip 'nothing is measured with a sanitizer'
tree=$S/tree
mkdir -p "$tree"/{etc,usr/bin,var/log}
cp -a /usr/bin/[a-b]* "$tree/usr/bin/"
ln "$tree/usr/bin/bash" "$tree/usr/bin/linked"
setfattr -n trusted.kept -v yes "$tree/usr/bin/bash"
echo 0123456789abcdef0123456789abcdef >"$tree/etc/machine-id"
echo line >"$tree/var/log/syslog"
make_zone src
export TMPDIR=$work

# measures STATUS ZONEADM ARGUMENT...: a short run.
measures() {
	rm -rf "$work/results"
	ZONE_TIMEOUT=250 ran "$1" "$tests/../bench/zones" --zoneadm "$2" --zonecfg "$ZONECFG" \
		--treecp "$TREECP" --root "$tree" --rounds 1 --output "$work/results" "${@:3}"
	is "$(find "$work" -maxdepth 1 -name 'zones-bench.*')" ''
}

# result CASE TOOL KEY
result() {
	python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))[sys.argv[2]]["tools"][sys.argv[3]][sys.argv[4]])' \
		"$work/results/zones.json" "$@"
}

before=$(stored)
measures 0 "$ZONEADM" --fs ext4,xfs --cases clone,rename,move
for case in clone-ext4 clone-xfs rename-ext4 rename-xfs move-ext4-xfs move-xfs-ext4; do
	is "$(result $case zoneadm check)" whole
	is "$(result $case zoneadm status)" ''
	grep -qx "## $case" results/zones.md || fail "$(cat results/zones.md)"
done
for tool in zoneadm-verify treecp treecp-sync treecp-verify cp; do
	is "$(result clone-ext4 $tool check)" whole
done
grep -Eq '^\| clone-ext4 .* time ÷ that of treecp .* (yes|\*\*no\*\*) \|$' results/zones.md ||
	fail "$(cat results/zones.md)"
is "$(stored)" "$before"

# A zoneadm that loses an attribute, a file, the time of a directory; one that does not remove.
# lossy COMMAND: do it after each run that is measured.
lossy() {
	printf '#!/bin/bash\n%q "$@" || exit\n%s\n' "$ZONEADM" \
		"case \$2 in new) path=$work/zones-bench.*/one/zones/new/root; $1 ;; esac" >"$work/lossy"
	chmod +x "$work/lossy"
}
lossy 'setfattr -x trusted.kept $path/usr/bin/bash'
measures 1 "$work/lossy" --fs ext4 --cases clone
said 'failed: not done, or not whole: zoneadm'
[[ $(result clone-ext4 zoneadm check) == *'extended attributes of '* ]]
lossy 'rm $path/usr/bin/linked'
measures 1 "$work/lossy" --fs ext4 --cases clone
[[ $(result clone-ext4 zoneadm check) == *'missing of 1'* ]]
lossy 'touch $path/usr'
measures 1 "$work/lossy" --fs ext4 --cases clone
[[ $(result clone-ext4 zoneadm check) == *'times of 1'* ]]
# Figures of what is not whole are none.
grep -Eq '^\| clone-ext4 .* time ÷ that of treecp .* not measured \|$' results/zones.md ||
	fail "$(cat results/zones.md)"

