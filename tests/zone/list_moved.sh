# A zone whose move was killed after the rename, before the index knew, is listed where it is; the
# next command says that it finished the move.
# fs: ext4 btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
need_cmd strace jq
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
export ASAN_OPTIONS=detect_leaks=0 # does not work under a tracer
from=$S/zones/a to=$S/new/a
install_zone a "$from"
mkdir "$S/new"

killed_at() {
	timeout 60 strace -f -qq -o /dev/null -e "trace=$1" -e "inject=$1:signal=SIGKILL:when=$2" \
		"$ZONEADM" -z a move "$to" 2>killed || true
	[ -e /etc/zones/a.operation ] || fail 'it was killed at another moment'
}

# Before the rename; then behind it, when its directories are brought to storage.
nth=$(strace -f -qq -e trace=renameat2,fsync "$ZONEADM" -z a move "$to" 2>&1 \
	| awk '/fsync/ { n++ } /renameat2.*NOREPLACE.*\/new\/a|\/new\/a.*NOREPLACE/ { print n + 1 }')
zoneadm -z a move "$from"
killed_at fsync "$((nth - 1))"
zoneadm -z a list -p
said ":installed:$from:"
zoneadm_rc 0 -z a recover
erred "an interrupted move of zone a was undone: it is at $from"
killed_at fsync "$nth"
is "$(index_line a | cut -d: -f3)" "$from"
zoneadm -z a list -p
said ":installed:$to:"
zoneadm list -cj
is "$(jq -r '.[] | select(.name == "a").zonepath' out)" "$to"
zoneadm_rc 0 -z a recover
erred "an interrupted move of zone a was finished: it is at $to"
at_only "$to" "$from"
