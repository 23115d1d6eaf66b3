# fs: tmpfs:ext4 tmpfs:xfs
# The owner of the destination gives it a default ACL that comes and goes: no copy may keep anything
# that its source does not have.
. "$1/fault/faults.bash"
need_cmd setfacl getfacl
mkdir "$S/t" "$D/t" && "$helpers/fault_plant" files "$S/t" 1500
chmod -R o= "$S/t"
chown 1000 "$D/t"
# u::rwx u:1000:rwx g::r-x m::rwx o::r-x
acl=0200000001000700ffffffff02000700e803000004000500ffffffff10000700ffffffff20000500ffffffff
start "$helpers/fault_churn" xattr "$D/t" system.posix_acl_default $acl
for _ in $(seq 6); do
	treecp -j2 -T "$S/t" "$D/t" || [ $? -eq 1 ] || fail "status $?"
	kept=$(cd "$D/t" && getfacl -pns ./* | sed -n 's/^# file: //p' | wc -l)
	[ "$kept" -eq 0 ] || fail "$kept copies have an ACL that no source has"
	find "$D/t" -mindepth 1 -delete
done
stop_all
