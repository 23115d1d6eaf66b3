# zoneadm mark incomplete, and what is possible then; zoneadm recover where nothing is to be done.
# fs: tmpfs
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
for state in configured installed incomplete; do
	install_zone a "$S/zones/a"
	set_state a $state
	uuid=$(index_line a | cut -d: -f4)
	before=$(untouched)
	zoneadm -z a mark incomplete
	said_only ''
	is "$(index_line a | cut -d: -f1-3)" "a:incomplete:$S/zones/a"
	[ "$state" = configured ] || is "$(index_line a | cut -d: -f4)" "$uuid"
	is "$(untouched)" "$before"
	registry_sound
	zoneadm list -cp
	said "-:a:incomplete:$S/zones/a:"
	zoneadm -z a recover
	is "$(index_line a | cut -d: -f2)" incomplete
	zoneadm_rc 1 -z a move "$S/zones/b"
	erred 'zone a is incomplete, so it cannot be moved: uninstall it first'
	zoneadm_rc 1 -z a verify
	zoneadm_rc 0 -z a uninstall -F
	is "$(index_line a)" "a:configured:$S/zones/a:"
	absent "$S/zones/a"
	zonecfg -z a delete -F
done

# recover is for every state, and changes nothing where nothing was interrupted.
install_zone a "$S/zones/a"
for state in configured incomplete installed; do
	set_state a $state
	before=$(stored; untouched)
	zoneadm -z a recover
	said_only ''
	is "$(stored; untouched)" "$before"
done
for arguments in '' installed 'incomplete x' 'Incomplete'; do
	# shellcheck disable=SC2086 # several
	zoneadm_rc 2 -z a mark $arguments
	erred 'the word incomplete is expected'
done
zoneadm_rc 2 -z a recover now
erred 'only -F is expected'
is "$(stored; untouched)" "$before"

# A record that is damaged is no reason to guess.
record() {
	echo -ne "$1" >/etc/zones/a.operation
	before=$(stored; untouched)
	for command in recover 'uninstall -F' "move $S/zones/b" 'mark incomplete'; do
		# shellcheck disable=SC2086 # with operands
		zoneadm_rc 1 -z a $command
		erred "/etc/zones/a.operation is damaged"
	done
	is "$(stored; untouched)" "$before"
}
record ''
record 'zonetool operation 1\nkind=move\n'
record 'zonetool operation 2\nend\n'
record "zonetool operation 1\nkind=move\nphase=remove\ninode=1\nfrom=$S/zones/a\nend\n"
rm /etc/zones/a.operation
zoneadm -z a recover
