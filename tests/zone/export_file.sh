# export -f writes a file anew or replaces its text; what is no file is written to, never replaced.
# fs: tmpfs
. "$tests/zone/lib.sh"
make_zone a
zonecfg -z a 'export -f new'
cp new expected
is "$(cat new)" "$(printf 'create -b\nset zonepath=/zones/a')"
: >old
zonecfg -z a 'export -f old'
cmp old expected
is "$(find . -maxdepth 1 -name 'old?*' -o -maxdepth 1 -name 'new?*')" ''
# A link to a file: the file has it.
: >target
ln -s target link
zonecfg_rc 0 -z a 'export -f link'
[ -L link ] || fail 'the link was replaced'
cmp target expected
# A fifo with a reader, and a device: as if it were /dev/stdout or /dev/null.
mkfifo fifo
cat fifo >got &
zonecfg_rc 0 -z a 'export -f fifo'
[ -p fifo ] || fail 'the fifo was replaced'
wait
cmp got expected
mkdir devices
mount -t tmpfs -o dev tmpfs devices
mknod devices/null c 1 3
zonecfg_rc 0 -z a 'export -f devices/null'
[ -c devices/null ] || fail 'the device was replaced'
