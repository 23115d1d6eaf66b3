# A directory of several windows whose fd had to be closed meanwhile is read on from where it was:
# each name once. (With the default rules a name met twice would be a conflict.)
# fs: ext4 tmpfs
python3 - "$S/tree" <<-'END'
	import os, sys
	os.mkdir(sys.argv[1])
	os.chdir(sys.argv[1])
	for level in range(12):
	    for i in range(1200):
	        os.close(os.open(f'a-rather-long-name-for-a-file-{i}', os.O_CREAT))
	    for side in range(40):
	        os.mkdir(f'side-{side}')
	    os.mkdir('deeper')
	    os.chdir('deeper')
END
ulimit -Sn 32
copy -j2 --json "$S/tree" "$D/copy"
is "$(json files) $(json directories)" '14400 493'
copy -x -j4 "$S/tree" "$D/again"
ulimit -Sn 1024
same_by_rsync "$S/tree" "$D/copy"
