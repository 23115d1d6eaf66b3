# A zone is deleted and created again in one go: nothing is thrown away that was not said to be.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone a 'set bootargs=x'
zonecfg -z a 'delete -F; create; set zonepath=/zones/again'
is "$(xml_of a /zone/@zonepath)" /zones/again
is "$(xml_of a /zone/@bootargs)" ''
registry_sound
