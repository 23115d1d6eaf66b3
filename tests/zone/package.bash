# What tests of the packages share: those that cpack makes, in $work/packages, and a clean Debian,
# in $root, which is kept in the build folder for the next time.
# shellcheck shell=bash
need_cmd cpack debootstrap dpkg-shlibdeps file flock
build=$(dirname "$(dirname "$ZONEADM")")
grep -q '^SANITIZE:STRING=$' "$build/CMakeCache.txt" || skip 'is about the build without sanitizers'
root=$work/clean

# Tests at the same time use the build folder one after the other: cpack looks whether all is built.
(cd "$build" && flock . cpack -G DEB -B "$work/packages") >"$work/cpack.log" 2>&1 ||
	fail "cpack: $(cat "$work/cpack.log")"

# Where this host has its packages from.
# shellcheck disable=SC2016
sources() {
	apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
		awk -v suite="$(. /usr/lib/os-release && echo "$VERSION_CODENAME")" \
			'$2 == suite && $3 == "main" { print $2, $1; exit }'
}

make_root() {
	local suite mirror lock kept=$build/clean-root.tar
	read -r suite mirror < <(sources) || skip 'apt names no sources of this release of Debian'
	mkdir "$root"
	exec {lock}<"$build"
	flock "$lock"
	if [ ! -s "$kept" ]; then
		debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$work/debootstrap.log" 2>&1 ||
			skip "debootstrap: $(tail -n 1 "$work/debootstrap.log")"
		tar -C "$root" -cf "$kept.part" .
		mv "$kept.part" "$kept"
		rm -rf --one-file-system "$root"
		mkdir "$root"
	fi
	exec {lock}<&-
	tar -C "$root" -xpf "$kept"
	cp -L /etc/resolv.conf "$root/etc/"
	apt-config dump | grep -iE '^Acquire::https?::Proxy' >"$root/etc/apt/apt.conf.d/99proxy" || true
	mount --bind "$root" "$root"
	mount -t proc proc "$root/proc"
	mount --rbind /sys "$root/sys"
	chroot "$root" apt-get -q -o APT::Update::Error-Mode=any update >"$work/update.log" 2>&1 ||
		skip "apt-get update: $(tail -n 1 "$work/update.log")"
}

clean() {
	ran 0 env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
		${http_proxy+"http_proxy=$http_proxy"} chroot "$root" "$@"
}

# The program /usr/local/sbin/look in $root, from standard input, is run when its systemd has booted.
# It finds until_is, which waits until a unit is in a state.
looks() {
	{
		cat <<-'END'
			#!/bin/bash
			until_is() {
				local tries=200
				until [ "$(systemctl is-active "$1")" = "$2" ] || [ $((tries -= 1)) = 0 ]; do sleep 0.05; done
			}
		END
		cat
	} >"$root/usr/local/sbin/look"
	chmod 755 "$root/usr/local/sbin/look"
	cat >"$root/etc/systemd/system/look.service" <<-'END'
		[Service]
		Type=exec
		ExecStart=/usr/local/sbin/look
	END
	mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
	ln -s ../look.service "$root/etc/systemd/system/multi-user.target.wants/"
	umount -R "$root/sys" "$root/proc"
}

# boots MACHINE OPTION...: $root boots in a container, until it powers off.
boots() {
	ran 0 systemd-nspawn --boot --quiet --register=no --keep-unit --settings=no --console=pipe \
		--private-network --link-journal=no --machine="$1" "${@:2}" -D "$root"
}
