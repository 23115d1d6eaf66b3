"""Measuring a case of the zone tools: every run prepared, timed and checked."""

import os
import re
import shutil
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import check
import measure
import zone_host
from measure import Row
from shell import Failure, Skip, run
from tools import Tool, expand
from zone_cases import IDENTITY, ZoneCase

INDEX_LINE = "seed:installed:{path}:01234567-89ab-4def-8123-456789abcdef"


@dataclass
class Place:
    """
    Where things are: the work tmpfs, with the zone "seed" that holds the tree, and two file systems
    mounted in it; and the programs.
    """
    work: str
    programs: dict[str, str]  # zoneadm, zonecfg, treecp
    size: int = 0  # bytes of the tree
    zfs: zone_host.Zfs = field(default_factory=zone_host.Zfs)

    @property
    def seed(self) -> str:
        return self.work + "/seed/zone"

    @property
    def plain(self) -> str:
        """The seed's zonepath in cases with ZFS."""
        return self.work + "/plain/zone"

    def seed_of(self, case: ZoneCase) -> str:
        return self.plain if "zfs" in (case.src, case.dst) else self.seed


def values(case: ZoneCase, place: Place) -> dict[str, str]:
    one, two = place.work + "/one/zones", place.work + "/two/zones"
    goal = (one if case.dst == "same" else two) + "/new"
    return place.programs | {"src": one + "/src", "dst": goal, "tmp": place.work,
                             "pool": zone_host.POOL}


# ---- zones ----

def why(done: subprocess.CompletedProcess, work: str) -> str:
    """What zoneadm failed with: it warns first."""
    lines = [line for line in done.stderr.splitlines() if "WARNING" not in line]
    return f"status {done.returncode}: " + (lines or ["no message"])[0].replace(work, "")[:200]


def configure(place: Place, zone: str, path: str) -> None:
    run([place.programs["zonecfg"], "-z", zone, f"create; set zonepath={path}"])


def make_seed(place: Place, path: str) -> None:
    """The tree at the seed's zonepath becomes an installed zone."""
    configure(place, "seed", path)
    index = zone_host.REGISTRY / "index"
    text = index.read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("seed:"))
    index.write_text(text.replace(line, INDEX_LINE.format(path=path)), "utf-8")


def install_seed(place: Place) -> None:
    """The seed from this host's packages, where there is no network to make it from."""
    configure(place, "seed", place.seed)
    done = run([place.programs["zoneadm"], "-z", "seed", "install"], ok=None)
    if done.returncode:
        raise Failure(f"no tree: debootstrap made none, and zoneadm install: "
                      f"{why(done, place.work)}; see --root")


def configure_case(case: ZoneCase, place: Place) -> None:
    """The registry as it is before every run, but for the source's installation."""
    shutil.rmtree(zone_host.REGISTRY)
    zone_host.REGISTRY.mkdir(mode=0o755)
    shutil.rmtree(place.work + "/registry", ignore_errors=True)
    fill = values(case, place)
    make_seed(place, place.seed_of(case))
    configure(place, "src", fill["src"])
    if case.zone == "new":
        configure(place, "new", fill["dst"])
    zone_host.keep_registry(place.work)


def prepare(case: ZoneCase, place: Place, fill: dict[str, str], makes: bool) -> None:
    """New file systems, the zone "src" as a clone of the seed, all of it written and in memory."""
    zone_host.restore_registry(place.work)
    sides = [("one", case.src)] + ([("two", case.dst)] if case.dst != "same" else [])
    for name, kind in sides:
        zone_host.fresh(kind, f"{place.work}/{name}", place.size, place.zfs)
        os.mkdir(f"{place.work}/{name}/zones", 0o755)
    if case.what != "install":
        done = run([fill["zoneadm"], "-z", "src", "clone", "--keep-identity", "seed"], ok=None)
        if done.returncode:
            raise Failure(f"no source: {why(done, place.work)}")
    if makes:
        os.mkdir(fill["dst"])
    line = f"C {fill['dst']} - - - - {fill['src']}\n"
    Path(place.work, "tmpfiles.conf").write_text(line, "utf-8")
    for name, _ in sides:
        run(["sync", "-f", f"{place.work}/{name}"])


# ---- is the result whole? ----

def by_rsync(seed: str, dst: str, checksum: bool, clone: bool) -> Counter:
    found, raw = check.by_rsync(seed, dst, checksum)
    if not clone:
        return found
    return check.classify([line for line in raw.splitlines()
                           if not IDENTITY.fullmatch(re.split(" [=-]> ", line[12:])[0])])


def by_compare(treecp: str, seed: str, dst: str, clone: bool) -> Counter:
    found, raw = check.by_compare(treecp, seed, dst)
    if not clone or not raw:
        return found
    rest = []
    for line in raw.splitlines():
        at = check.COMPARED.match(line)
        path = (at[1] if at else line).removeprefix(dst + "/").removeprefix(seed + "/")
        # With a slash: a directory where something was removed has another time.
        if not IDENTITY.fullmatch(path) and not IDENTITY.fullmatch(path + "/"):
            rest.append(line)
    return check.classify_compare(rest)


def of_zone(case: ZoneCase, fill: dict[str, str], tool: Tool) -> Counter:
    """What the registry says, and whether the source is where it should be."""
    found: Counter = Counter()
    if tool.name.startswith("zoneadm"):
        listed = run([fill["zoneadm"], "list", "-cp"]).stdout
        if f":{case.zone}:installed:{fill['dst']}:" not in listed:
            found["zone not installed"] = 1
    if case.what != "install" and os.path.lexists(fill["src"]) != case.leaves:
        found["source gone" if case.leaves else "source left"] = 1
    return found


def packages(root: str) -> Counter:
    """Packages of an installed zone that are not configured."""
    done = run(["dpkg-query", f"--admindir={root}/var/lib/dpkg", "-W", "-f",
                "${db:Status-Status}\\n"], ok=None)
    states = Counter(done.stdout.split())
    if not states.pop("installed", 0):
        states["no packages"] = 1
    return states


def checked(case: ZoneCase, place: Place, fill: dict[str, str], tool: Tool, last: bool,
            row: Row) -> None:
    seed, dst = place.seed_of(case), fill["dst"]
    found = of_zone(case, fill, tool)
    if not os.path.isdir(dst + "/root"):
        found["nothing there"] = 1
    elif case.what == "install":
        found |= packages(dst + "/root")
    else:
        clone = tool.name.startswith("zoneadm") and case.zone == "new"
        found |= by_rsync(seed, dst, last, clone)
        if last and not row.status:
            seen = by_compare(fill["treecp"], seed, dst, clone)
            row.compare = seen.total()
            found.update({what: n for what, n in seen.items() if what not in found})
    row.found |= found
    row.check = check.words(row.found)


# ---- rounds ----

def trial(case: ZoneCase, place: Place, fill: dict[str, str]) -> list[tuple[str, float]]:
    """
    zoneadm once, before all rounds: whether it can do it, and does it as it should; what it prints
    and when.
    """
    prepare(case, place, fill, False)
    argv = ["stdbuf", "-oL", *expand(case.tools[0], fill)]
    steps, start = [], time.monotonic()
    with open(place.work + "/stderr", "w+", encoding="utf-8") as errors, \
            subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                             text=True) as process:
        for line in process.stdout:
            steps.append((line.rstrip().replace(place.work, ""), time.monotonic() - start))
        process.wait()
        steps.append(("", time.monotonic() - start))
        errors.seek(0)
        said = errors.read()
    if process.returncode:
        done = subprocess.CompletedProcess(argv, process.returncode, "", said)
        raise Skip(why(done, place.work))
    if case.never and any(text.startswith(case.never) for text, _ in steps):
        raise Skip(f"zoneadm does something else: {steps[0][0]}")
    return steps


def measure_case(case: ZoneCase, place: Place, rounds: int) -> dict[str, dict]:
    """All rounds of a case. The first is thrown away: the first touch of memory is slow."""
    fill = values(case, place)
    configure_case(case, place)
    steps = trial(case, place, fill)
    rows = {tool.name: Row() for tool in case.tools}
    by_name = {tool.name: tool for tool in case.tools}
    start = time.monotonic()
    for turn in range(rounds + 1):
        for name in measure.rotate(list(rows), turn):
            tool, row = by_name[name], rows[name]
            prepare(case, place, fill, tool.makes)
            measure.timed(tool, fill, place.work, row, keep=turn > 0)
            checked(case, place, fill, tool, turn == rounds, row)
        print("." if turn else "warm-up", end="", flush=True)
    print(f" {time.monotonic() - start:.0f} s", flush=True)
    data = {name: measure.summary(row) for name, row in rows.items()}
    if case.what == "install":
        data[case.tools[0].name]["steps"] = steps
    return data
