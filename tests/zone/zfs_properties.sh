# What datasets of zones are made with: ACLs, which OpenZFS has only if told so, unless somebody has
# chosen otherwise; and clones have what their source has, whatever is above them.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/move.bash"
. "$tests/zone/storage.bash"
start_zfs
pool=$S/tank
make_pool tank "$pool"

# What OpenZFS has and zfs-fuse has not: kept in properties of a user's, which are inherited alike.
over_zfs <<'END'
args=()
for arg; do
	case $arg in
	acltype | acltype=* | xattr | xattr=* | relatime | relatime=*) arg=openzfs:$arg ;;
	esac
	args+=("$arg")
done
[ "$1" = get ] && [[ ${args[*]} == *openzfs:* ]] || exec "$zfs" "${args[@]}"
out=$("$zfs" "${args[@]}") || exit
case "$* $out" in
*' source '*' -') out=default ;;
*' acltype '*' -') out=off ;;
*' -') out=on ;;
esac
printf '%s\n' "$out"
END

# has DATASET PROPERTY VALUE SOURCE
has() {
	is "$2: $(zfs get -H -o value "$2" "$1") $(zfs get -H -o source "$2" "$1")" "$2: $3 $4"
}

install_zone a "$S/zones/a"
whole_seconds "$S/zones/a"
zoneadm_zfs -z a move "$pool/a"
has tank/a acltype posixacl local
has tank/a xattr sa local

# Somebody's choice above is kept to.
zfs create -o acltype=off tank/off
zonecfg_rc 0 -z b "create; set zonepath=$pool/off/b"
zoneadm_rc 0 -z b clone -m copy --keep-identity a
has tank/off/b acltype off 'inherited from tank/off'
has tank/off/b xattr sa local
zfs create -o acltype=posixacl -o xattr=on tank/on
zonecfg_rc 0 -z c "create; set zonepath=$pool/on/c"
zoneadm_rc 0 -z c clone -m copy --keep-identity a
has tank/on/c acltype posixacl 'inherited from tank/on'
has tank/on/c xattr on 'inherited from tank/on'

# A clone without a copy.
zonecfg_rc 0 -z d "create; set zonepath=$pool/off/d"
zoneadm_rc 0 -z d clone --keep-identity a
has tank/off/d acltype posixacl local
has tank/off/d xattr sa local
has tank/off/d devices on default
zfs create -o acltype=posixacl -o devices=off -o relatime=off tank/strict
zonecfg_rc 0 -z e "create; set zonepath=$pool/strict/e"
zoneadm_rc 0 -z e clone -m copy --keep-identity a
has tank/strict/e devices off 'inherited from tank/strict'
zonecfg_rc 0 -z f "create; set zonepath=$pool/f"
zoneadm_rc 0 -z f clone --keep-identity e
has tank/f acltype posixacl local
has tank/f xattr sa local
has tank/f devices off local
has tank/f relatime off local
has tank/f atime off 'inherited from tank'
has tank/f exec on default
zonecfg_rc 0 -z g "create; set zonepath=$pool/strict/g"
zoneadm_rc 0 -z g clone --keep-identity e
has tank/strict/g acltype posixacl 'inherited from tank/strict'
has tank/strict/g devices off 'inherited from tank/strict'
