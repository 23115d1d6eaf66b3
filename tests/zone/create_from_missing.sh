# A copy of a zone whose file is missing: the message says so, and not that there is no such zone.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone gone
rm /etc/zones/gone.xml
refuses '/etc/zones/gone.xml is missing' -z new 'create -t gone; set zonepath=/zones/new'
