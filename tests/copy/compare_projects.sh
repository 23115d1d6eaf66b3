# --compare looks at project ids.
# fs: xfs
make_projects "$S/tree"
copy "$S/tree" "$D/copy"
xfs_io -c 'chproj 1' "$D/copy/plain/none"
copy_rc 1 --compare "$S/tree" "$D/copy"
prints 'plain/none: project: 0 / 1'
copy_rc 0 --compare --no-preserve=project "$S/tree" "$D/copy"
