# zoneadm install, killed while packages are configured in their container: nothing of that goes on,
# nothing stays mounted, and the next command undoes what there is.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/install_packages.bash"
make_zone_a

# All processes here are the test's.
running() {
	ps -eo comm= | grep -Ex 'dpkg|zoneadm|systemd-nspawn|\(sd-.*|sh'
}
configuring() {
	grep -q '^Setting up base-files' "$log" 2>/dev/null
}
none_running() {
	! running >/dev/null
}

for signal in KILL TERM; do
	"$ZONEADM" -z a install >out 2>err &
	pid=$!
	wait_for configuring
	running | grep -qx dpkg || fail 'no dpkg is running'
	kill -$signal $pid
	wait $pid && fail "killed, and yet installed: $(cat out)"
	wait_for none_running
	zoneadm_rc 0 -z a recover
	nothing_installed
	nothing_mounted "$place"
	rm "$log"
done
