# --verify after copying only a part: names, exclusions, one file system.
# fs: tmpfs
make_basic "$S/tree"
make_links "$S/tree/links"
(cd "$S/tree" && find dir links/c -print0) >list
copy --verify --files0-from=list "$S/tree" "$D/names"
copy --verify --files0-from=- "$S/tree" "$D/names2" <list
copy --verify --exclude='size*' --exclude=/links/a "$S/tree" "$D/excluded"
mount -t tmpfs tmpfs "$S/tree/empty-dir"
echo x >"$S/tree/empty-dir/file"
copy --verify -x "$S/tree" "$D/one"
copy --verify "$S/tree" "$D/all"
copy -n --files0-from=list "$S/tree" "$D/dry"
absent "$D/dry"
is "$(names_in "$D/names/links")" "$(cd "$S/tree/links" && find c -printf '%p\n' | sort | tr '\n' ' ' | sed 's/ $//')"
