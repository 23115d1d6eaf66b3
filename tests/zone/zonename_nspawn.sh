# zonename in a container of the real runtime: systemd-nspawn with the file that says which zone it
# is.
# fs: tmpfs
# cgroups: own
. "$tests/zone/lib.sh"
need_cmd systemd-nspawn
root=$work/root
mkdir -p "$root"/{usr,etc,proc,sys,dev,run,tmp,root}
for link in bin lib lib64 sbin; do ln -s usr/$link "$root/$link"; done
touch "$root/etc/os-release"
cp "$ZONENAME" "$work/zonename"
printf 'zonename=web\nip-type=exclusive\n' >"$work/here"
inside() {
	# The console ends its lines with a carriage return, which a pipe would not have.
	ran 0 systemd-nspawn -q --pipe --register=no --keep-unit -D "$root" --bind-ro=/usr \
		--bind-ro="$work/here:/run/host/zonetool" --bind-ro="$work/zonename:/zonename" \
		/zonename "$@"
}
inside
is "$(cat "$work/out")" web
inside -t
is "$(cat "$work/out")" exclusive
zonename_rc 0
is "$(cat "$work/out")" global
