# zoneadm attach -u: a configuration file that not everybody may read on this host does not come to
# a zone that has none; one that everybody may read does. Both are new to it, and changed here.
# fs: ext4
. "$tests/zone/lib.sh"
. "$tests/zone/attach_update.bash"
zoneadm_rc 0 -z a install
zoneadm -z a detach
# The zone's bash does not have these yet.
edit "
version('bash', '0.1')
s['bash'] = '\n'.join(line for line in s['bash'].split('\n') if ' /etc/skel/' not in line)"
rm "$root"/etc/skel/.{bash_logout,profile}
echo 'password=hunter2' >>/etc/skel/.bash_logout
chmod 600 /etc/skel/.bash_logout
echo '# ours' >>/etc/skel/.profile
zoneadm_rc 0 -z a attach -u
erred '/etc/skel/.bash_logout'
absent "$root/etc/skel/.bash_logout"
no grep -rqs hunter2 "$root/etc"
cmp /etc/skel/.profile "$root/etc/skel/.profile"
