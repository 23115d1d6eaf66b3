# fs: tmpfs
# Names linked from a directory that another worker is just finishing: its fd must stay open until
# the link is made. Many small directories, each with names of files that were first met elsewhere.
. "$1/fault/faults.bash"
mkdir "$S/t" && "$helpers/fault_plant" farm "$S/t" 400 60 300
for _ in $(seq 12); do
	copy -j8 "$S/t" "$D/t"
	same_groups "$S/t" "$D/t"
	rm -r "$D/t"
done
