# Many clones of one zone at a time: each is whole, and nobody yet; the source stays as it is, and
# where it is, as long as one of them needs it. Where two go to one place, exactly one wins.
# fs: ext4 xfs btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
need_cmd strace rsync
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
export ASAN_OPTIONS=detect_leaks=0 # does not work under a tracer
place=$S/zones
mkdir -m 755 "$place"
[ "$src_fs" != btrfs ] || btrfs -q subvolume create "$place/source"
[ -d "$place/source" ] || mkdir "$place/source"
chmod 700 "$place/source"
zonecfg -z source "create; set zonepath=$place/source"
root=$place/source/root
mkdir -p "$root/etc/ssh"
make_everything "$root/t"
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
echo source >"$root/etc/hostname"
echo secret >"$root/etc/ssh/ssh_host_rsa_key"
set_state source installed

source_now() {
	index_line source
	(cd "$place" && find source -printf '%p %i %m %U %G %T@ %C@ %s\n' | sort)
}
source_now >before

is_clone() {
	index_line "$1" | grep -q ":installed:$2:" || fail "$(index_line "$1") $(cat "err.$1")"
	is "$(cat "$2/root/etc/machine-id")" uninitialized
	absent "$2/root/etc/hostname" "$2/root/etc/ssh/ssh_host_rsa_key"
	is "$(rsync -aHAXn --delete --itemize-changes "$root/t/" "$2/root/t/")" ''
}

start() {
	"$ZONEADM" -z "$1" clone source >"out.$1" 2>"err.$1" </dev/null &
}

for i in {1..20}; do
	zonecfg -z "c$i" "create; set zonepath=$place/c$i"
done
pids=()
for i in {1..20}; do
	start "c$i"
	pids+=($!)
done
for i in {1..20}; do
	wait "${pids[i - 1]}" || fail "c$i: $(cat "err.c$i")"
	no grep -v '^zoneadm: waiting for process' "err.c$i"
done
registry_sound
source_now >after
cmp before after
for i in {1..20}; do
	is_clone "c$i" "$place/c$i"
done
is "$(grep -c ':installed:' /etc/zones/index)" 22 # global and source, too
is "$(sed -n 's/.*:installed:[^:]*:\(..*\)/\1/p' /etc/zones/index | sort -u | wc -l)" 21
# The first boot gives each an identity of its own.
if type -P systemd-machine-id-setup >/dev/null; then
	for i in {1..20}; do
		systemd-machine-id-setup --root="$place/c$i/root" >/dev/null 2>&1
	done
	is "$(cat "$place"/*/root/etc/machine-id | sort -u | grep -cx '[0-9a-f]\{32\}')" 21
fi
for i in {1..20}; do
	"$ZONEADM" -z "c$i" uninstall -F &
	pids[i - 1]=$!
done
for pid in "${pids[@]}"; do
	wait "$pid" || fail 'cannot be uninstalled'
done
is "$(ls -A "$place")" source
registry_sound

# halt ZONE CALL: a clone that is stopped at its first such call. Sets $holder, and $tracer to wait
# for.
halt() {
	rm -f "/run/zones/$1.zoneadm.lock" halted
	strace -f -qq -o halted -e "trace=$2" -e "inject=$2:signal=SIGSTOP:when=1" \
		"$ZONEADM" -z "$1" clone source >"out.$1" 2>"err.$1" </dev/null &
	tracer=$!
	wait_for grep -qs zoneadm "/run/zones/$1.zoneadm.lock"
	holder=$(cut -d' ' -f1 "/run/zones/$1.zoneadm.lock")
	wait_for grep -qs 'stopped by SIGSTOP' halted
}

# As long as one is being made, others can be, too, and the source stays.
halt c1 syncfs
is "$(index_line c1 | cut -d: -f2)" incomplete
refused=()
for command in "move $place/elsewhere" 'uninstall -F' 'mark incomplete'; do
	# shellcheck disable=SC2086 # several arguments
	timeout 30 "$ZONEADM" -z source $command >"out.${command%% *}" 2>"err.${command%% *}" </dev/null &
	refused+=($!)
done
for pid in "${refused[@]}"; do
	rc=0
	wait "$pid" || rc=$?
	is "$rc" 1
done
for command in move uninstall mark; do
	grep -q "zone source is in use by process $holder (zoneadm -z c1 clone source), also after" \
		"err.$command" || fail "$command: $(cat "err.$command")"
done
source_now | cmp before -
start c2
wait $! || fail "$(cat err.c2)"
is_clone c2 "$place/c2"
kill -CONT "$holder"
wait "$tracer" || fail "$(cat err.c1)"
is_clone c1 "$place/c1"
zoneadm -z source move "$place/elsewhere"
zoneadm -z source move "$place/source"

# One zone, twice at a time: the second waits, and finds it installed.
start c3
first=$!
start c3
wins=0
for pid in $first $!; do
	! wait "$pid" || wins=$((wins + 1))
done
is "$wins" 1
: >err.c3
is_clone c3 "$place/c3"

# Two zones to one place: neither, as long as both are to be there.
for zone in one two; do
	zonecfg_rc 0 -z $zone "create; set zonepath=$place/same"
done
for zone in one two; do
	zoneadm_rc 1 -z $zone clone source
	erred "$place/same, the zonepath of zone"
done
zonecfg -z two 'delete -F'
# The other one comes when the first has found its place free: the first has it.
halt one syncfs
zonecfg_rc 0 -z two "create; set zonepath=$place/same"
zoneadm_rc 1 -z two clone source
erred "$place/same, the zonepath of zone one"
kill -CONT "$holder"
wait "$tracer" || fail "$(cat err.one)"
is_clone one "$place/same"
zoneadm -z one uninstall -F
zonecfg -z two 'delete -F'
# What a person has put there meanwhile stays, and there is no clone.
halt one syncfs
mkdir "$place/same"
echo mine >"$place/same/file"
kill -CONT "$holder"
no wait "$tracer"
grep -q "cannot rename .* to $place/same: File exists" err.one || fail "$(cat err.one)"
grep -q 'the clone of zone one was undone' err.one || fail "$(cat err.one)"
is "$(cat "$place/same/file")" mine
is "$(index_line one)" "one:configured:$place/same:"
is "$(ls -A "$place")" "$(printf '%s\n' c1 c2 c3 same source)"
registry_sound
