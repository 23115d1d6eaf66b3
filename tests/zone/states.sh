# What a zone's state allows: a configuration that is installed, or half installed, is not pulled
# away from under its files.
# fs: tmpfs
. "$tests/zone/lib.sh"
fresh() {
	rm -rf /etc/zones/*.xml /etc/zones/index
	make_zone a 'add inherit-pkg-dir; set dir=/usr; end'
	set_state a "$1"
	uuid=$(index_line a | cut -d: -f4)
	[ -n "$uuid" ] || [ "$1" = configured ] || fail 'no uuid'
}
for state in installed incomplete; do
	fresh $state
	denies "zone a is $state, so" 'set zonepath=/zones/b'
	erred 'what its installation was made from cannot be changed'
	denies "zone a is $state, so" 'add inherit-pkg-dir; set dir=/opt; end'
	denies "zone a is $state, so" 'remove inherit-pkg-dir'
	denies "zone a is $state, so" 'select inherit-pkg-dir'
	denies "zone a is $state, so it cannot be created anew" 'create -F'
	erred 'uninstall it first (zoneadm uninstall)'
	denies "zone a is $state, so it cannot be created anew" 'create'
	denies "zone a is $state, so its configuration cannot be deleted" delete
	# What it is already can be said again.
	zonecfg -z a 'set zonepath=/zones/a; set brand=native'
	# What is free in every state.
	zonecfg -z a 'set autoboot=true; set limitpriv=default,cap_net_admin; set ip-type=exclusive
		add net; set physical=eth0; end
		add fs; set dir=/x; set special=/x; set type=lofs; end
		select net; set type=veth; end; remove fs'
	is "$(index_line a)" "a:$state:/zones/a:$uuid"
	zonecfg -z a 'set zonename=b'
	is "$(index_line b)" "b:$state:/zones/a:$uuid"
	is "$(xml_of b /zone/@autoboot)" true
	registry_sound
	# As a template it is like any other; the copy is configured.
	zonecfg -z copy 'create -t b; set zonepath=/zones/copy'
	is "$(index_line copy)" 'copy:configured:/zones/copy:'
	zonecfg -z b 'delete -F'
	no index_line b
	registry_sound
	# Deleting by force and creating anew is no way around.
	fresh $state
	"$ZONECFG" -z a 'delete -F; create -F; set zonepath=/zones/elsewhere' 2>err || true
	registry_sound
	case $(index_line a) in
	"a:$state:/zones/a:$uuid" | a:configured:/zones/elsewhere:) ;;
	*) fail "neither the old zone nor a new one: $(index_line a)" ;;
	esac
done
# XML and index that disagree: neither wins in silence.
for state in configured installed; do
	fresh $state
	sed -i 's,:/zones/a:,:/zones/moved:,' /etc/zones/index
	refuses 'zonepath is /zones/a in /etc/zones/a.xml, but "/zones/moved"' -z a 'set autoboot=true'
done
fresh configured
sed -i 's,:/zones/a:,:/zones/moved:,' /etc/zones/index
zonecfg -z a 'set zonepath=/zones/said'
is "$(index_line a)" 'a:configured:/zones/said:'
