# Owners that have no name in a user namespace: losses, everything else is kept.
# fs: tmpfs
mkdir "$S/tree"
echo x | tee "$S/tree/unmapped" >"$S/tree/root"
chown 1000:1000 "$S/tree/unmapped"
unshare --user --map-root-user true 2>/dev/null || skip 'user namespaces are not allowed'
printf '#!/bin/sh\nexec unshare --user --map-root-user "%s" "$@"\n' "$TREECP" >in-namespace
chmod 755 in-namespace
TREECP=$work/in-namespace
copy_rc 1 "$S/tree" "$D/copy"
says "could not hold owner of 1 object .*unmapped"
is "$(cat "$D/copy/unmapped")" x
