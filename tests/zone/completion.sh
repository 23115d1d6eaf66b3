# Completion by bash: of each program the options that its help names, subcommands, zones by what
# can be done with them, files.
# fs: tmpfs
. "$tests/zone/lib.sh"
export LC_ALL=C
# The programs themselves are asked.
unset -f zoneadm zonecfg zonename
PATH=${ZONEADM%/*}:$PATH
for file in "$tests"/../completions/*; do
	# shellcheck disable=SC1090
	. "$file"
done
# What it is to do with the names is bash's business, which is not completing anything here.
compopt() { :; }

# Lines, sorted, as a list of words.
words() { sort -u | paste -sd ' '; }

# offers LIST WORD...: what completion offers for the last word, sorted.
offers() {
	local want=$1
	shift
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
	"_$1" || true
	is "$(printf '%s\n' "${COMPREPLY[@]}" | words)" "$want"
}

# Each program, and the options it takes itself.
for program in "$tests"/../completions/*; do
	program=${program##*/}
	complete -p "$program" >/dev/null || fail "nothing completes $program"
	"${ZONEADM%/*}/$program" --help >help || fail "$program --help"
	# A long option stands for its letter.
	wanted=$(sed -E 's/-[a-zA-Z], (--)/\1/; s/ \[OPTION\].*//; /^Subcommands:/,$d' help |
		grep -oE -- '(^|[^a-zA-Z'"'"'-])--?[a-zA-Z0-9][a-zA-Z0-9-]*=?' |
		grep -oE -- '-.*' | words)
	offers "$wanted" "$program" -
done

# Zones, by their states.
for zone in web half away; do
	zonecfg -z "$zone" "create; set zonepath=$S/$zone"
done
sed -i -E 's|^web:configured:([^:]*):.*|web:installed:\1:6f1c0e5a-9b1d-4c57-8a53-1d4b0f6f7c11|
	s|^half:configured:|half:incomplete:|' /etc/zones/index
offers 'away half web' zoneadm -z ''
offers 6f1c0e5a-9b1d-4c57-8a53-1d4b0f6f7c11 zoneadm -u ''
offers web zoneadm -z away clone ''
offers 'away half web' zonecfg -z ''
offers web zonecfg -z new create -t w
offers web zlogin -C ''
offers '' zlogin ''
offers web zoneadmd -z ''

# What zoneadm has; its options per subcommand are the business of tests/lint/options.sh.
"$ZONEADM" help >help
subcommands=$(sed '1,/^Subcommands:/d' help | grep -oE '^[a-z]+' | words)
offers "$subcommands" zoneadm -z web ''
offers "$subcommands" zoneadm help ''
offers 'shutdown' zoneadm -z web sh
offers '--help -j -p -v' zoneadm -z web list ''
offers 'archive directory packages' zoneadm -z away install -m ''
offers 'auto copy snapshot' zoneadm -z away clone -m ''
offers 'ask keep' zoneadm -z away clone --root-password = ''
offers 'keep' zoneadm -z away clone --root-password = k
offers 'ask keep' zoneadm -z away clone --root-password =
offers nodataset zoneadm -z web move -x ''
offers '' zoneadm -z web boot -- -
offers '' zoneadm -z web shutdown -t ''
offers incomplete zoneadm -z web mark ''

# Files and directories.
mkdir "$S/place"
mkdir "$S/place/dir ectory"
touch "$S/place/file"
COMP_WORDS=(zoneadm -z web boot --sysidcfg = "$S/place/") COMP_CWORD=6
_zoneadm
is "$(printf '%s\n' "${COMPREPLY[@]}" | sort)" "$S/place/dir ectory
$S/place/file"
COMP_WORDS=(zoneadm -z web move "$S/place/") COMP_CWORD=4
_zoneadm
is "${COMPREPLY[*]}" "$S/place/dir ectory"
offers "$S/place/file" zoneadm -z web install -m archive "$S/place/f"
offers "$S/place/file" zonecfg -z web -f "$S/place/f"

# zonecfg's language, where the shell sees the words.
offers 'net' zonecfg -z web add ne
offers 'zonename= zonepath=' zonecfg -z web set zone
offers '-F' zonecfg -z web delete ''
"$ZONECFG" help commands >help
offers "$(sed '/^Resources/,$d' help | awk '/^ / { print $1 }' | words)" zonecfg -z web ''
