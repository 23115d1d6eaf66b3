# Recovery removes what the dead command was about to remove, and nothing else: not what somebody has
# put in its place since, even if the file system gives that the inode number that was free again.
# fs: ext4 xfs btrfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
. "$tests/zone/killed.bash"
zonepath=$S/zones/a

# The last call that brings something to storage before the record goes, behind the removal.
install_zone a "$zonepath"
nth=$(strace -f -qq -e trace=unlinkat,rmdir,fsync "$ZONEADM" -z a uninstall -F 2>&1 \
	| awk '/fsync/ { n++ } /AT_REMOVEDIR|rmdir/ { at = n + 1 } END { print at }')
zonecfg -z a 'delete -F'

install_zone a "$zonepath"
killed_at fsync "$nth" uninstall -F
absent "$zonepath"
is "$(names_in "$S/zones")" ''
mkdir -m 700 "$zonepath"
echo precious >"$zonepath/precious"
zoneadm_rc 0 -z a recover
is "$(cat "$zonepath/precious")" precious
is "$(index_line a)" "a:configured:$zonepath:"
nothing_left
