"""What is measured of the zone tools: cases, the commands that take turns in each, targets."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from targets import Results, Target, ratio, value
from tools import TOOLS, Tool

# {src} and {dst} are zonepaths. In the registry "src" is installed at {src}, "new" configured at
# {dst}. What zoneadm prints is not thrown away: writing it belongs to the command.
ZONEADM_COPY = Tool("zoneadm", "", "{zoneadm} -z new clone -m copy src")
ZONEADM_COPY_VERIFY = Tool("zoneadm-verify", "", "{zoneadm} -z new clone -m copy --verify src")
ZONEADM_SNAPSHOT = Tool("zoneadm", "", "{zoneadm} -z new clone -m snapshot src")
ZONEADM_MOVE = Tool("zoneadm", "", "{zoneadm} -z src move {dst}")
ZONEADM_INSTALL = Tool("zoneadm", "", "{zoneadm} -z new install")

# The options of a copy by zoneadm; it compares metadata only, for which treecp has no option, so
# that it is to be found between the first two of these.
TREECP_SYNC = Tool("treecp-sync", "", "{treecp} -x --sync {src} {dst}")
TREECP_VERIFY = Tool("treecp-verify", "", "{treecp} -x --sync --verify {src} {dst}")
# The function that machinectl clone copies directories with, without a container or machined.
SYSTEMD = Tool("systemd", "systemd", "systemd-tmpfiles --create {tmp}/tmpfiles.conf")
COPIERS = (ZONEADM_COPY, TOOLS["treecp"], TREECP_SYNC, ZONEADM_COPY_VERIFY, TREECP_VERIFY,
           TOOLS["cp"], TOOLS["cpio"], TOOLS["rsync"], SYSTEMD)

MOVERS = (
    ZONEADM_MOVE,
    Tool("treecp", "", "{treecp} -x --sync {src} {dst} && {treecp} --remove {src}"),
    Tool("treecp-verify", "",
         "{treecp} -x --sync --verify {src} {dst} && {treecp} --remove {src}"),
    Tool("cp-rm", "coreutils", "cp -a {src} {dst} && rm -rf {src}"),
    Tool("cp-sync-rm", "coreutils", "cp -a {src} {dst} && sync -f {dst} && rm -rf {src}"),
    Tool("rsync-rm", "rsync", TOOLS["rsync"].command + " && rm -rf {src}", makes=True),
)
RENAMERS = (ZONEADM_MOVE, Tool("mv", "coreutils", "mv {src} {dst}"))
# What machinectl clone does there, too.
BTRFS_SNAPSHOT = Tool("btrfs", "btrfs-progs", "btrfs subvolume snapshot {src} {dst}")
ZFS_SNAPSHOT = Tool("zfs", "zfs-fuse", "set=$(zfs list -H -o name {src}) && zfs snapshot $set@new"
                    " && zfs clone -o mountpoint={dst} $set@new {pool}/new")


@dataclass(frozen=True)
class ZoneCase:
    what: str
    src: str
    dst: str  # "same": in the source's file system
    tools: tuple[Tool, ...]
    about: str
    zone: str  # which has {dst} as its zonepath afterwards
    never: str = ""  # zoneadm prints it if it does something else than what is measured
    leaves: bool = True  # the source stays
    rounds: int = 5

    @property
    def title(self) -> str:
        return f"{self.what}-{self.src}" + ("" if self.dst == "same" else f"-{self.dst}")


def copies(kind: str) -> ZoneCase:
    return ZoneCase("clone", kind, "same", COPIERS, "Clone by copy", "new")


def snapshots(kind: str, peer: Tool) -> ZoneCase:
    return ZoneCase("snapshot", kind, "same", (ZONEADM_SNAPSHOT, peer), "Clone by snapshot", "new",
                    never="Copying ", rounds=11)


def renames(kind: str, tools: tuple[Tool, ...] = RENAMERS) -> ZoneCase:
    return ZoneCase("rename", kind, "same", tools, "Move on the same file system", "src",
                    never="Moving across", leaves=False, rounds=11)


def moves(src: str, dst: str) -> ZoneCase:
    return ZoneCase("move", src, dst, MOVERS, "Move across file systems", "src", leaves=False)


def installs(kind: str) -> ZoneCase:
    return ZoneCase("install", kind, "same", (ZONEADM_INSTALL,),
                    "Install from this host's packages", "new", rounds=3)


CASES = (
    *(copies(kind) for kind in ("ext4", "xfs", "btrfs", "tmpfs", "zfs")),
    snapshots("btrfs", BTRFS_SNAPSHOT),
    snapshots("zfs", ZFS_SNAPSHOT),
    *(renames(kind) for kind in ("ext4", "xfs", "btrfs", "tmpfs")),
    # A dataset is no directory that mv could rename.
    renames("zfs", (ZONEADM_MOVE,)),
    moves("ext4", "xfs"), moves("xfs", "ext4"), moves("tmpfs", "ext4"), moves("ext4", "btrfs"),
    moves("btrfs", "ext4"), moves("ext4", "zfs"),
    installs("ext4"),
)

# Where a clone may differ from its source, since it is another system: below root, as patterns.
IDENTITY = re.compile("root/(" + "|".join((
    r"root/(\.\w*_history)?", r"var/log/.*",
    r"etc/(machine-id|host(name|s|id)|dhcpcd\..*|network/interfaces.*)?",
    r"etc/(ssh|dropbear|udev/rules\.d|NetworkManager|network)/.*",
    r"var/lib/(dbus|dhc\w*|NetworkManager|systemd|urandom|seedrng|misc|cloud)/.*",
)) + ")")


# ---- targets ----

def over(tool: str, peer: str) -> Callable[[Results, str], float | None]:
    return lambda r, case: ratio(value(r, case, tool), value(r, case, peer))


def seconds(results: Results, case: str) -> float | None:
    return value(results, case, "zoneadm")


LOCAL = ("ext4", "xfs", "btrfs", "tmpfs")
ACROSS = tuple(case.title for case in CASES if case.what == "move")
TARGETS = (
    *(Target(f"clone-{kind}", "time ÷ that of treecp", over("zoneadm", "treecp"), 1.10, False)
      for kind in LOCAL),
    *(Target(f"clone-{kind}", "time with --verify ÷ that of treecp -x --sync --verify",
             over("zoneadm-verify", "treecp-verify"), 1.10, False) for kind in LOCAL),
    *(Target(case, "time", seconds, 0.15, False, " s")
      for case in ("snapshot-btrfs", *(f"rename-{kind}" for kind in LOCAL))),
    *(Target(case, "time ÷ that of treecp -x --sync, then treecp --remove",
             over("zoneadm", "treecp"), 1.15, False) for case in ACROSS),
    # What administrators of Solaris waited for on its machines of the time.
    Target("install-ext4", "time", seconds, 579, False, " s"),
    *(Target(f"clone-{kind}", "time", seconds, 31, False, " s") for kind in (*LOCAL, "zfs")),
    Target("snapshot-zfs", "time", seconds, 11, False, " s"),
)
