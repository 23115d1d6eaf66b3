"""What is copied from where to where, by which tools. Cases of one corpus stand together."""

from dataclasses import dataclass

MAIN = ("treecp", "cp", "cpio", "floor")
BOUNDS = ("floor-read", "floor-copy")
PEERS = ("bsdcpio", "tar", "rsync", "fpsync", "parallel")
ALL = MAIN + PEERS + BOUNDS
REFLINK = ("treecp", "cp-reflink")
THREADS = ("treecp", "treecp-1", "treecp-2", "treecp-4", "treecp-8", "treecp-32")
LARGE = ("treecp", "cp", "floor", *BOUNDS)


@dataclass(frozen=True)
class Case:
    corpus: str
    src: str
    dst: str  # "same": in the source's file system
    tools: tuple[str, ...]
    set: str = ""  # if it is not called as its corpus
    quick: bool = False

    @property
    def title(self) -> str:
        return f"{self.set or self.corpus}-{self.src}-{self.dst}"


CASES = (
    Case("small", "tmpfs", "tmpfs", ALL, quick=True),
    Case("small", "tmpfs", "tmpfs", THREADS, set="threads"),
    Case("small", "ext4", "ext4", ALL, quick=True),
    Case("small", "ext4", "ext4", THREADS, set="threads"),
    Case("small", "ext4", "same", MAIN),
    Case("small", "xfs", "xfs", ALL, quick=True),
    Case("small", "xfs", "same", REFLINK, set="reflink-small"),
    Case("small", "btrfs", "btrfs", MAIN + BOUNDS),
    Case("small", "btrfs", "same", REFLINK, set="reflink-small"),
    Case("small", "disk", "tmpfs", MAIN + BOUNDS),
    Case("small", "disk", "tmpfs", THREADS, set="threads"),
    Case("small", "disk", "same", MAIN + BOUNDS),
    Case("small", "disk", "same", THREADS, set="threads"),
    Case("root", "ext4", "ext4", ALL),
    Case("root", "xfs", "xfs", ALL),
    Case("tiny10k", "tmpfs", "tmpfs", MAIN),
    Case("tiny80k", "tmpfs", "tmpfs", MAIN),
    Case("million", "tmpfs", "tmpfs", MAIN),
    Case("flat", "tmpfs", "tmpfs", MAIN),
    Case("large4", "tmpfs", "tmpfs", LARGE),
    Case("large4", "tmpfs", "ext4", LARGE),
    Case("large4", "disk", "same", ("treecp", "treecp-sync", "cp", "fio"), set="large-disk"),
    Case("gib", "tmpfs", "tmpfs", LARGE),
    Case("large1", "tmpfs", "tmpfs", LARGE),
    Case("large1", "tmpfs", "ext4", LARGE),
    Case("sparse", "xfs", "xfs", ("treecp", "cp")),
    Case("links", "tmpfs", "tmpfs", MAIN),
    Case("links", "ext4", "ext4", MAIN),
    Case("attrs", "ext4", "ext4", MAIN),
    Case("attrs", "xfs", "xfs", MAIN),
    Case("deep1k", "tmpfs", "tmpfs", ("treecp", "cp", "cpio")),
    Case("deep", "tmpfs", "tmpfs", ("treecp", "cp", "cpio")),
    Case("startup", "tmpfs", "tmpfs", MAIN, quick=True),
    Case("startup", "ext4", "ext4", MAIN, quick=True),
)
