# --remove from an overlay: what comes from below, too, which leaves whiteouts; the lower tree stays.
# fs: tmpfs
need_fs overlay
make_basic "$S/lower/tree"
make_wide "$S/lower/tree/wide" 3000
before=$(list_stat "$S/lower")
mkdir "$S"/{upper,work,merged}
mount -t overlay -o "lowerdir=$S/lower,upperdir=$S/upper,workdir=$S/work" overlay "$S/merged"
make_basic "$S/merged/tree/above"
echo changed >"$S/merged/tree/dir/text"
copy --remove -j2 "$S/merged/tree"
is "$(names_in "$S/merged")" ''
is "$(list_stat "$S/lower")" "$before"
