"""Measuring one case: rounds of all its tools in turn, each run prepared, timed and checked."""

import json
import os
import shlex
import shutil
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import check
import filesystems
import tools
from cases import Case
from corpora import Corpus
from shell import Failure, run
from tools import Tool

SAMPLE = 1000
TIME_FORMAT = "%M %w %c"
# With much less content than this allocated, a "hole" has been written.
HOLES_SLACK = 1 << 20
HYPERFINE_SAYS = ("Warning: Ignoring non-zero exit code", "Warning: Command took less than",
                  "Warning: Statistical outliers")


@dataclass
class Place:
    """Where things are: the work tmpfs with src and dst mounted in it, or a directory on disk."""
    work: str
    disk: str
    bin: str
    treecp: str
    raw: Path | None  # where to keep the tools' own output
    drop_caches: bool


@dataclass
class Row:
    """What is known of one tool in one case; this is what lands in the JSON."""
    command: str = ""
    status: str = ""  # empty: it worked
    messages: str = ""
    check: str = ""
    found: Counter = field(default_factory=Counter)  # the most of each difference in any round
    compare: int | None = None
    calls: int | None = None
    calls_per_object: float | None = None
    times: list[float] = field(default_factory=list)
    user: list[float] = field(default_factory=list)
    system: list[float] = field(default_factory=list)
    rss_kib: list[int] = field(default_factory=list)
    voluntary: list[int] = field(default_factory=list)
    involuntary: list[int] = field(default_factory=list)


def roots(case: Case, place: Place) -> tuple[str, str]:
    """The directories in which SRC and DST are."""
    src = place.disk if case.src == "disk" else place.work + "/src"
    return src, src if case.dst == "same" else place.work + "/dst"


def values(case: Case, place: Place, src: str) -> dict[str, str]:
    fill = {"src": src, "dst": roots(case, place)[1] + "/copy", "bin": place.bin,
            "treecp": place.treecp, "list": place.work + "/list", "tmp": place.work,
            "cpus": str(os.cpu_count())}
    return fill | (tools.source_values(src) if "fio" in case.tools else {})


def has_list(corpus: Corpus) -> bool:
    """Whether the floor programs can work on a corpus, and so warm it."""
    return not corpus.sparse and not corpus.deep


def stays(case: Case, corpus: Corpus) -> bool:
    """
    Whether copies on a disk stay until the end of the case: for minutes ext4 goes around inodes
    just removed, which would be most of what is measured.
    """
    return case.dst == "same" and case.src == "disk" and corpus.objects > SAMPLE


def clear(case: Case, corpus: Corpus, root: str, dst: str) -> None:
    """Make room for the next copy in the source's own file system."""
    if case.src != "disk" and filesystems.restore(case.src, root):
        return
    if not stays(case, corpus):
        remove(dst)
    elif os.path.lexists(dst):
        os.makedirs(root + "/old", exist_ok=True)
        os.rename(dst, f"{root}/old/{time.monotonic_ns()}")


def remove(path: str) -> None:
    # An immutable or append-only file could not be removed; few trees have one.
    if os.path.lexists(path) and run(["rm", "-rf", path], ok=None).returncode:
        run(["chattr", "-R", "-f", "-i", "-a", path], ok=None)
        run(["rm", "-rf", path])


def prepare(case: Case, corpus: Corpus, tool: Tool, place: Place, fill: dict[str, str],
            size: int) -> None:
    """A fresh destination; the source in memory, or out of it."""
    root = os.path.dirname(fill["dst"])
    if case.dst == "same":
        clear(case, corpus, root, fill["dst"])
    else:
        filesystems.mount_fresh(case.dst, root, size)
    shutil.rmtree(place.work + "/fpsync", ignore_errors=True)
    if tool.makes:
        os.mkdir(fill["dst"])
    if case.src == "disk":
        os.sync()
        if place.drop_caches:
            Path("/proc/sys/vm/drop_caches").write_text("3", "ascii")
    else:
        if has_list(corpus):
            run([f"{place.bin}/floor_read", fill["list"], fill["src"]])
        run(["sync", "-f", fill["src"]])
        run(["sync", "-f", root])


def timed(tool: Tool, fill: dict[str, str], work: str, row: Row, keep: bool) -> None:
    """One run under hyperfine and GNU time, its figures added to the row."""
    usage, result = work + "/usage", work + "/hyperfine.json"
    argv = tools.expand(tool, fill)
    wrapped = ["/usr/bin/time", "-o", usage, "-f", TIME_FORMAT, *argv]
    done = run(["hyperfine", "--runs", "1", "-N", "--ignore-failure", "--style", "none",
                "--output=inherit", "--export-json", result, shlex.join(wrapped)])
    said = [line for line in done.stderr.splitlines()
            if line.strip() and not line.strip().startswith(HYPERFINE_SAYS)]
    data = json.loads(Path(result).read_text("utf-8"))["results"][0]
    row.command = tool.command
    row.messages = said[0].strip().replace(work + "/", "")[:160] if said else ""
    code = data["exit_codes"][0]
    # One bad run is enough.
    row.status = row.status or (f"status {code}: {row.messages or 'no message'}" if code else "")
    if not keep:
        return
    row.times.append(data["times"][0])
    row.user.append(data["user"])
    row.system.append(data["system"])
    # Above the figures, GNU time may note the exit status.
    rss, voluntary, involuntary = Path(usage).read_text("ascii").splitlines()[-1].split()
    row.rss_kib.append(int(rss))
    row.voluntary.append(int(voluntary))
    row.involuntary.append(int(involuntary))


def save_raw(place: Place, name: str, text: str) -> None:
    if place.raw and text:
        place.raw.mkdir(parents=True, exist_ok=True)
        (place.raw / name).write_text(text, "utf-8")


def checked(case: Case, corpus: Corpus, place: Place, fill: dict[str, str], last: bool,
            row: Row, name: str) -> None:
    """Compare the copy with its source; in the last round, contents and treecp's view as well."""
    src, dst = fill["src"], fill["dst"]
    if not os.path.isdir(dst):
        row.found["nothing copied"] = 1
        row.check = check.words(row.found)
        return
    if corpus.deep:
        found, raw = check.by_find(src, dst)
    else:
        found, raw = check.by_rsync(src, dst, last and corpus.checksum)
    save_raw(place, f"{case.title}-{name}-rsync.txt", raw)
    if corpus.sparse and check.allocated(dst) > 1.1 * check.allocated(src) + HOLES_SLACK:
        found["holes"] += 1
    if last and not corpus.sparse and not row.status:
        seen, raw = check.by_compare(place.treecp, src, dst)
        save_raw(place, f"{case.title}-{name}-compare.txt", raw)
        if case.src == "disk":
            # The disk's own mount decides whether reading moves the source's access times.
            del seen["access times"]
        row.compare = seen.total()
        found.update({what: n for what, n in seen.items() if what not in found})
    row.found |= found
    row.check = check.words(row.found)


def rotate(names: list[str], by: int) -> list[str]:
    by %= len(names)
    return names[by:] + names[:by]


def sample_of(src: str, place: Place, objects: int) -> str:
    """A tree of at most SAMPLE objects of src, beside it, for the slow work of strace."""
    if objects <= 2 * SAMPLE:
        return src
    names: list[str] = []
    for directory, below, files in os.walk(src):
        names += (os.path.relpath(os.path.join(directory, n), src) for n in files + below)
        if len(names) >= SAMPLE:
            break
    sample = os.path.dirname(src) + "/sample"
    if not os.path.isdir(sample):
        run([place.treecp, "--files0-from=-", src, sample],
            stdin=b"\0".join(map(os.fsencode, names[:SAMPLE])))
    return sample


def count_calls(case: Case, corpus: Corpus, chosen: list[Tool], place: Place, src: str,
                objects: int, rows: dict[str, Row]) -> None:
    """System calls per object, of one untimed run of each tool on a sample."""
    source = sample_of(src, place, objects)
    count = len(run(["find", source, "-printf", "x"]).stdout)
    fill = values(case, place, source)
    if has_list(corpus):
        run([f"{place.bin}/floor_write", "--list", source, fill["list"]])
    log = place.work + "/strace"
    for tool in chosen:
        prepare(case, corpus, tool, place, fill, 1 << 30)
        run(["strace", "-f", "-c", "-o", log, *tools.expand(tool, fill)], ok=None)
        text = Path(log).read_text("utf-8")
        total = [line.split() for line in text.splitlines() if line.endswith(" total")]
        if total:
            rows[tool.name].calls = int(total[0][3])
            rows[tool.name].calls_per_object = round(int(total[0][3]) / count, 2)
        save_raw(place, f"{case.title}-{tool.name}-strace.txt", text)


def summary(row: Row) -> dict:
    """The row for the JSON: every list of figures, and what stands for it."""
    data = dict(vars(row))
    if row.times:
        data |= {"median": statistics.median(row.times), "min": min(row.times),
                 "max": max(row.times), "user": statistics.median(row.user),
                 "system": statistics.median(row.system), "rss_kib": max(row.rss_kib),
                 "voluntary": statistics.median(row.voluntary),
                 "involuntary": statistics.median(row.involuntary)}
    return data


def measure(case: Case, corpus: Corpus, chosen: list[Tool], place: Place, rounds: int,
            sums: dict[str, int]) -> dict[str, dict]:
    """All rounds of a case. The first is thrown away: the first touch of memory is slow."""
    root = roots(case, place)[0]
    src = root + "/tree"
    same = case.dst == "same"
    copies = len(chosen) * (rounds + 1) if stays(case, corpus) else 1
    filesystems.require_room(case.src if same else case.dst, copies * sums["objects"],
                             copies * sums["allocated"], place.disk)
    if same and case.src != "disk":
        filesystems.keep(case.src, root)
    fill = values(case, place, src)
    if has_list(corpus):
        run([f"{place.bin}/floor_write", "--list", src, fill["list"]])
    rows = {tool.name: Row() for tool in chosen}
    by_name = {tool.name: tool for tool in chosen}
    start = time.monotonic()
    for turn in range(rounds + 1):
        for name in rotate(list(rows), turn):
            tool, row = by_name[name], rows[name]
            prepare(case, corpus, tool, place, fill, sums["allocated"])
            timed(tool, fill, place.work, row, keep=turn > 0)
            if turn and tool.copies:
                checked(case, corpus, place, fill, turn == rounds, row, name)
        print("." if turn else "warm-up", end="", flush=True)
    filesystems.forget_kept(root)
    count_calls(case, corpus, chosen, place, src, sums["objects"], rows)
    if same:
        remove(fill["dst"])
        remove(root + "/old")
    else:
        filesystems.unmount(place.work + "/dst")
    print(f" {time.monotonic() - start:.0f} s", flush=True)
    return {name: summary(row) for name, row in rows.items()}


def move_corpus(old: Case, new: Case, corpus: Corpus, place: Place, sums: dict[str, int]) -> None:
    """Bring the source's tree to another kind of file system, and see that it arrived whole."""
    source, goal = roots(old, place)[0], place.disk if new.src == "disk" else place.work + "/next"
    filesystems.require_room(new.src, sums["objects"], sums["allocated"], place.disk)
    if new.src != "disk":
        filesystems.mount_fresh(new.src, goal, sums["allocated"])
    run([place.treecp, "--lossy", source + "/tree", goal + "/tree"])
    found, raw = check.by_rsync(source + "/tree", goal + "/tree", corpus.checksum)
    if found:
        raise Failure(f"moving the corpus to {new.src} lost {check.words(found)}: {raw[:500]}")
    if old.src != "disk":
        filesystems.unmount(source)
    if new.src != "disk":
        filesystems.move(goal, roots(new, place)[0])


def make_corpus(case: Case, corpus: Corpus, place: Place, scale: float) -> None:
    """A new corpus in the file system from which the case copies."""
    filesystems.require_room(case.src, round(corpus.objects * scale), round(corpus.bytes * scale),
                             place.disk)
    root = roots(case, place)[0]
    if case.src != "disk":
        filesystems.mount_fresh(case.src, root, round(corpus.bytes * scale))
    os.mkdir(root + "/tree")
    corpus.make(root + "/tree", scale)
    run(["sync", "-f", root])


def forget_corpus(place: Place) -> None:
    for name in ("dst", "src", "next"):
        filesystems.unmount(f"{place.work}/{name}")
    for name in ("tree", "sample", "copy", "old"):
        remove(f"{place.disk}/{name}")

