# Recovery removes what the dead command was about to remove, and nothing else: not what somebody has
# put in its place since, even if the file system gives that the inode number that was free again.
# fs: ext4 xfs btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
need_cmd strace
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
export ASAN_OPTIONS=detect_leaks=0 # does not work under a tracer
zonepath=$S/zones/a

# The last call that brings something to storage before the record goes, behind the removal.
install_zone a "$zonepath"
nth=$(strace -f -qq -e trace=unlinkat,rmdir,fsync "$ZONEADM" -z a uninstall -F 2>&1 \
	| awk '/fsync/ { n++ } /AT_REMOVEDIR|rmdir/ { at = n + 1 } END { print at }')
zonecfg -z a 'delete -F'

install_zone a "$zonepath"
timeout 60 strace -f -qq -o /dev/null -e trace=fsync -e "inject=fsync:signal=SIGKILL:when=$nth" \
	"$ZONEADM" -z a uninstall -F 2>killed || true
absent "$zonepath"
is "$(names_in "$S/zones")" ''
[ -e /etc/zones/a.operation ] || fail 'it was killed too late'
mkdir -m 700 "$zonepath"
echo precious >"$zonepath/precious"
zoneadm_rc 0 -z a recover
is "$(cat "$zonepath/precious")" precious
is "$(index_line a)" "a:configured:$zonepath:"
nothing_left
