# zoneadm move: what fails on the way is undone: the zone is where it was, nothing of it is at the new
# place, the status is 1, and the cause is named.
# fs: ext4:xfs xfs:ext4
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
need_cmd strace
strace -o /dev/null true 2>why || skip "cannot trace: $(cat why)"
export ASAN_OPTIONS=detect_leaks=0 # does not work under a tracer
mkdir -m 755 "$D/zones"
from=$S/zones/a
install_zone a "$from"
make_basic "$from/root/t"
make_links "$from/root/links"
describe "$from" >was
registry=$(stored)

# undone TEXT COMMAND...: a move that fails so leaves all as it was.
undone() {
	ran 1 "${@:2}"
	erred "$1"
	is_described "$from" was
	is "$(stored)" "$registry"
	is "$(find "$D" -path "$D/zones*")" "$D/zones"
	nothing_left
}

# The new place is too small.
case $dst_fs in
ext4) free=f ;; # root may take what is reserved, too
*) free=a ;;
esac
dd if=/dev/zero of="$D/ballast" bs=64K status=none \
	count=$(($(stat -f -c "%$free * %S / 65536" "$D") - 12)) || true
undone "$from does not fit in $D/zones: it takes " "$ZONEADM" -z a move "$D/zones/a"
! grep -q undone err || fail "it was begun: $(cat err)"
zoneadm_rc 1 -z a move -n "$D/zones/a"
erred "$from does not fit in $D/zones"
absent "$D/zones/a"
# What symbolic links take cannot be told before.
mv "$from" "$S/zones/all"
mkdir -m 700 "$from"
mkdir -p "$from/root/etc"
for i in {1..400}; do
	ln -s "$(printf '%01000d' "$i")" "$from/root/etc/$i"
done
describe "$from" >was
undone 'No space left' "$ZONEADM" -z a move "$D/zones/a"
erred 'zoneadm: the move of zone a was undone'
rm -r "$from"
mv "$S/zones/all" "$from"
describe "$from" >was
rm "$D/ballast"
# XFS gives back what is free when it comes to it.
has_room() {
	sync -f "$D"
	[ "$(($(stat -f -c '%a * %S' "$D")))" -gt 20000000 ]
}
wait_for has_room

# A file cannot be read, or written; storage fails.
fail_at() {
	undone "$3" strace -f -qq -o /dev/null -e "trace=$1" -e "inject=$1:error=$2" \
		"$ZONEADM" -z a move "$D/zones/a"
}
fail_at syncfs EIO 'Input/output error'
fail_at mknodat EPERM 'Operation not permitted'
fail_at linkat EMLINK 'cannot hold links of 22 objects'

# Somebody comes in while it is copied: what is changed there from then on would be lost.
(wait_for grep -qs 'stopped by SIGSTOP' traced; exec 9<"$from/root/etc/hostname"
kill -CONT "$(awk 'END { print $1 }' traced)"; exec sleep 1000) &
process=$!
undone "process $process uses $from/root/etc/hostname: end it first" strace -f -qq -o traced \
	-e trace=syncfs -e inject=syncfs:signal=SIGSTOP:when=1 "$ZONEADM" -z a move "$D/zones/a"
kill "$process"
wait "$process" 2>/dev/null || true

# What the new place cannot hold is no silent loss.
case $src_fs in
xfs)
	echo text >"$from/root/t/special"
	setfattr -n user.large -v "0x$(random 30000 | od -An -v -tx1 | tr -d ' \n')" "$from/root/t/special" ;;
ext4) ln -s "$(printf '%0.s../' {1..1000})" "$from/root/t/special" ;;
esac
describe "$from" >was
undone /root/t/special "$ZONEADM" -z a move "$D/zones/a"
rm "$from/root/t/special"
describe "$from" >was

# A rename inside the file system that only storage fails to keep: the zone is at one place.
nth=$(strace -f -qq -e trace=renameat2,fsync "$ZONEADM" -z a move "$S/zones/a1" 2>&1 \
	| awk '/fsync/ { n++ } /renameat2.*zones\/a1/ && !at { at = n + 1 } END { print at }')
at_only "$S/zones/a1" "$from"
ran 1 strace -f -qq -o /dev/null -e trace=fsync -e "inject=fsync:error=EIO:when=$nth" \
	"$ZONEADM" -z a move "$from"
erred 'Input/output error'
at_only "$from" "$S/zones/a1"
is_described "$from" was

# The old tree cannot be removed: the move is done, and what is left goes with the next command.
ran 1 strace -f -qq -o /dev/null -e trace=unlinkat -e 'inject=unlinkat:error=EIO:when=30+' \
	"$ZONEADM" -z a move "$D/zones/a"
is "$(index_line a | cut -d: -f3)" "$D/zones/a"
is_described "$D/zones/a" was
absent "$from"
zoneadm_rc 0 -z a recover
erred "an interrupted move of zone a was finished: what was left of its old files is gone"
at_only "$D/zones/a" "$from"
zoneadm_rc 0 -z a recover
silent
