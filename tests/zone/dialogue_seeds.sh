# What administrators have typed for twenty years, typed once more, into a terminal: the screen is
# theirs to the letter, and so is the table of zones.
# fs: tmpfs
. "$tests/zone/lib.sh"
python3 - <<-'END' || fail 'the dialogue went wrong'
	from dialogue import replay
	replay("""
	# zonecfg -z zone1
	zone1: No such zone configured
	Use 'create' to begin configuring a new zone.
	zonecfg:zone1> create
	zonecfg:zone1> set zonepath=/zones/zone1
	zonecfg:zone1> add inherit-pkg-dir; set dir=/opt; end
	zonecfg:zone1> add net; set physical=iprb0; set address=192.168.100.101/24; end
	zonecfg:zone1> add fs; set dir=/export; set special=/export; set options=[rw,nosiud]; set type=lofs; end
	zonecfg:zone1> verify
	zonecfg:zone1> commit
	zonecfg:zone1> exit
	""", 0)
END
zoneadm list -cv
is "$(wc -l <out)" 3
cut -c 1-78 out | sed 's/ *$//' >table
cat >expected <<'END'
  ID NAME             STATUS         PATH                           BRAND
   0 global           running        /                              native
   - zone1            configured     /zones/zone1                   native
END
same_text 'the tables' expected table
registry_sound
python3 - <<-'END' || fail 'the dialogue went wrong'
	from dialogue import replay
	replay("""
	# zonecfg -z zone2
	zone2: No such zone configured
	Use 'create' to begin configuring a new zone.
	zonecfg:zone2> create -t zone1
	zonecfg:zone2> set zonepath=/zones/zone2
	zonecfg:zone2> select net address=192.168.100.101/24; set address=192.168.100.102/24; end
	zonecfg:zone2> verify
	zonecfg:zone2> commit
	zonecfg:zone2> exit
	""", 0, term='vt100')
	replay("""
	# zonecfg -z zone3
	zone3: No such zone configured
	Use 'create' to begin configuring a new zone.
	zonecfg:zone3> create -t zone1
	zonecfg:zone3> set zonepath=/zfs_zones/zone3
	zonecfg:zone3> select net address=192.168.100.101/24; set address=192.168.100.103/24; end
	zonecfg:zone3> verify
	zonecfg:zone3> commit
	zonecfg:zone3> exit
	""", 0, term='dumb')
END
zoneadm list -cp
said ':zone2:configured:/zones/zone2:'
said ':zone3:configured:/zfs_zones/zone3:'
zonecfg -z zone2 info
said_only "$("$ZONECFG" -z zone1 info | sed 's/zone1/zone2/; s/100\.101/100.102/')"
is "$(xml_of zone3 /zone/network/@address)" 192.168.100.103/24
is "$(xml_of zone3 '/zone/filesystem/fsoption[2]/@name')" nosiud
is "$(xml_of zone3 /zone/inherited-pkg-dir/@directory)" /opt
registry_sound
