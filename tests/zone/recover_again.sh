# What was interrupted is no obstacle: the same command once more finishes it and ends with 0,
# wherever it was interrupted and whatever has become of the old place; only the zone's
# configuration is not changed before.
# fs: ext4:xfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
. "$tests/zone/killed.bash"
from=$S/zones/a to=$D/zones/a
mkdir -m 755 "$D/zones"

# ---- the same command ----

install_zone a "$from"
killed_at unlinkat 2 uninstall -F
phase remove
zoneadm_rc 0 -z a uninstall -F
erred 'an interrupted uninstall of zone a was finished'
is "$(index_line a)" "a:configured:$from:"
nothing_left
zoneadm_rc 1 -z a uninstall -F
erred 'zone a is configured, so it cannot be uninstalled'
zonecfg -z a 'delete -F'

# Of a move: before and after the copy has its name, and when the old tree has lost its own.
install_zone a "$from"
describe "$from" >was
for call in 'syncfs 1' 'renameat2 2' 'renameat2 3' "fsync@$S/zones 1"; do
	# shellcheck disable=SC2086 # two words
	killed_at $call move "$to"
	zoneadm_rc 0 -z a move "$to"
	erred 'an interrupted move of zone a was '
	at_only "$to" "$from"
	is_described "$to" was
	zoneadm_rc 0 -z a move "$from"
done
# To another place it is moved from where the first move has brought it.
killed_at renameat2 3 move "$to"
zoneadm_rc 0 -z a move "$S/zones/third"
erred "an interrupted move of zone a was finished"
at_only "$S/zones/third" "$from"
absent "$to"
zoneadm_rc 0 -z a move "$from"

# ---- the old place is gone ----

mkdir -m 755 "$S/new"
killed_at renameat2 1 move "$S/new/a"
phase rename
mv "$from" "$S/new/a"
rmdir "$S/zones"
zoneadm_rc 0 list -cv
said "$S/new/a"
zoneadm_rc 0 -z a recover
erred "an interrupted move of zone a was finished: it is at $S/new/a"
at_only "$S/new/a" "$from"
# Also that of what was to be removed.
killed_at "fsync@$S/new" 1 move "$to"
phase remove
absent "$S/new/a"
rm -r "$S/new"
zoneadm_rc 1 -z a recover
erred 'mount what is missing'
zoneadm_rc 0 -z a recover -F
at_only "$to" "$S/new/a"
is_described "$to" was

# ---- the configuration ----

killed_at renameat2 1 move "$D/zones/b"
for command in 'delete -F' 'set zonename=c'; do
	denies 'an interrupted move is to be finished or undone first: zoneadm -z a recover' "$command"
done
denies 'uninstall it first' "create; set zonepath=$D/zones/c"
zoneadm_rc 0 -z a recover
erred "an interrupted move of zone a was undone: it is at $to"
at_only "$to" "$D/zones/b"
