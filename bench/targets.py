"""What treecp wants to reach, and whether it does."""

from collections.abc import Callable
from dataclasses import dataclass

Results = dict[str, dict]  # title of the case -> its JSON
Metric = Callable[[Results, str], float | None]


def failed(tool: str, row: dict) -> bool:
    """Whether a tool did not do its work; that of ours is to make a whole copy."""
    ours = tool.startswith(("treecp", "zoneadm"))
    return bool(row.get("status") or (ours and row.get("check") != "whole"))


def value(results: Results, case: str, tool: str, key: str = "median") -> float | None:
    """A figure of a tool which did its work."""
    row = results.get(case, {}).get("tools", {}).get(tool, {})
    return None if failed(tool, row) else row.get(key)


def cpu(results: Results, case: str, tool: str) -> float | None:
    user, system = (value(results, case, tool, key) for key in ("user", "system"))
    return None if user is None or system is None else user + system


def ratio(a: float | None, b: float | None) -> float | None:
    return None if a is None or not b else a / b


def faster_than(peer: str, own: str = "treecp") -> Metric:
    return lambda r, case: ratio(value(r, case, peer), value(r, case, own))


def over(peer: str) -> Metric:
    return lambda r, case: ratio(value(r, case, "treecp"), value(r, case, peer))


def cpu_over_cp(results: Results, case: str) -> float | None:
    return ratio(cpu(results, case, "treecp"), cpu(results, case, "cp"))


def seconds(results: Results, case: str) -> float | None:
    return value(results, case, "treecp")


def rss_mib(results: Results, case: str) -> float | None:
    kib = value(results, case, "treecp", "rss_kib")
    return None if kib is None else kib / 1024


def per_object(results: Results, case: str) -> float | None:
    objects = results.get(case, {}).get("corpus", {}).get("objects")
    return ratio(seconds(results, case), objects)


def per_object_over(other: str) -> Metric:
    return lambda r, case: ratio(per_object(r, case), per_object(r, other))


def time_over(other: str) -> Metric:
    return lambda r, case: ratio(seconds(r, case), seconds(r, other))


@dataclass(frozen=True)
class Target:
    case: str
    text: str
    metric: Metric
    wanted: float
    at_least: bool = True
    unit: str = " x"

    def reached(self, measured: float) -> bool:
        return measured >= self.wanted if self.at_least else measured <= self.wanted


def usual(case: str, cp: float, cpio: float, floor: float | None) -> tuple[Target, ...]:
    """What is asked of every ordinary copy."""
    rows = (Target(case, "times faster than cp", faster_than("cp"), cp),
            Target(case, "times faster than cpio", faster_than("cpio"), cpio),
            Target(case, "CPU of cp's", cpu_over_cp, 0.8, False))
    if floor is None:
        return rows
    return rows + (Target(case, "time of the floor's", over("floor"), floor, False),)


TARGETS = (
    *usual("small-tmpfs-tmpfs", 3.0, 5.5, 1.4),
    *usual("small-ext4-ext4", 3.0, 5.0, 1.25),
    *usual("small-ext4-same", 3.0, 5.0, 1.25),
    *usual("small-xfs-xfs", 2.7, 5.0, 1.25),
    *usual("small-btrfs-btrfs", 1.4, 2.5, 1.2),
    *usual("small-disk-tmpfs", 5.0, 5.0, None),
    *usual("small-disk-same", 5.0, 5.0, None),
    Target("reflink-small-xfs-same", "times faster than cp --reflink",
           faster_than("cp-reflink"), 2.4),
    Target("reflink-small-btrfs-same", "times faster than cp --reflink",
           faster_than("cp-reflink"), 2.0),
    *(Target(case, "times faster than cp", faster_than("cp"), 1.7)
      for case in ("large4-tmpfs-tmpfs", "large4-tmpfs-ext4", "large1-tmpfs-tmpfs",
                   "large1-tmpfs-ext4")),
    Target("large-disk-disk-same", "throughput of fio's", faster_than("fio"), 0.95),
    Target("large-disk-disk-same", "throughput of fio's, with --sync",
           faster_than("fio", "treecp-sync"), 0.95),
    Target("sparse-xfs-xfs", "seconds", seconds, 0.2, False, " s"),
    *(Target(case, "times faster than cp", faster_than("cp"), 2.5)
      for case in ("links-tmpfs-tmpfs", "links-ext4-ext4", "attrs-ext4-ext4", "attrs-xfs-xfs")),
    Target("million-tmpfs-tmpfs", "memory", rss_mib, 64, False, " MiB"),
    Target("million-tmpfs-tmpfs", "time per object of tiny80k's",
           per_object_over("tiny80k-tmpfs-tmpfs"), 1.1, False),
    Target("flat-tmpfs-tmpfs", "time of million's", time_over("million-tmpfs-tmpfs"), 1.3, False),
    Target("startup-tmpfs-tmpfs", "time of cp's", over("cp"), 1.0, False),
    Target("startup-ext4-ext4", "time of cp's", over("cp"), 1.0, False),
)
