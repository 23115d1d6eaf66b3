# zoneadm install, killed while packages are configured in their container: nothing of that goes on,
# nothing stays mounted, and the next command undoes what there is, control groups, too.
# fs: ext4
# cgroups: own
. "$tests/zone/lib.sh"
. "$tests/zone/runtime.bash"
# After it, as what is left of an installation is of interest here, not of a life.
. "$tests/zone/install_packages.bash"
make_zone_a
groups() { find /sys/fs/cgroup -type d | LC_ALL=C sort; }
before=$(groups)

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
	groups | grep -q '/zones/+a+.*/payload' || fail "it did not run in a group of its own"
	zoneadm_rc 0 -z a recover
	is "$(groups)" "$before"
	nothing_installed
	nothing_mounted "$place"
	rm "$log"
done
