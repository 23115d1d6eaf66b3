"""The trees that are copied. Every one can be made again: contents come from a fixed seed."""

import math
import os
import random
import re
import struct
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import kinds
from shell import Skip, output, run

SEED = 20221211
KERNEL = "/usr/src/linux-source-6.1.tar.xz"
TINY_MAX = 400
MIB = 1 << 20


@dataclass(frozen=True)
class Corpus:
    name: str
    about: str
    make: Callable[[str, float], None]  # in an empty directory, at a scale
    objects: int  # about, at scale 1: what has to fit
    bytes: int
    quick: float = 0  # the scale for --quick; 0: not part of it
    package: str = ""
    rounds: int = 5
    checksum: bool = True  # contents are read for the check
    sparse: bool = False  # reading it all would take minutes: not warmed, allocation checked
    deep: bool = False  # paths too long for rsync and the floor: checked by find, not warmed


def tiny_contents() -> Callable[[], bytes]:
    """A function that returns contents of 0 to TINY_MAX bytes, about 100 on average."""
    rng = random.Random(SEED)
    pool = rng.randbytes(1 << 16)

    def content() -> bytes:
        start = rng.randrange(len(pool) - TINY_MAX)
        return pool[start:start + int(TINY_MAX * rng.random() ** 3)]
    return content


def write_file(directory: int, name: str, content: bytes) -> None:
    fd = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=directory)
    os.write(fd, content)
    os.close(fd)


def fill(path: str, count: int, content: Callable[[], bytes]) -> None:
    os.makedirs(path, exist_ok=True)
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    for i in range(count):
        write_file(directory, f"file-{i:07}", content())
    os.close(directory)


def make_small(path: str, scale: float) -> None:
    if not os.path.exists(KERNEL):
        raise Skip(f"{KERNEL} is missing: install linux-source-6.1")
    if scale >= 1:
        run(["tar", "-C", path, "--strip-components=1", "-xf", KERNEL])
        return
    left = max(100, round(scale * 84_000))
    with tarfile.open(KERNEL, "r|xz") as archive:
        for member in archive:
            member.name = member.name.partition("/")[2] or "."
            archive.extract(member, path, numeric_owner=True, filter="fully_trusted")
            left -= 1
            if not left:
                return


def debian_mirror() -> tuple[str, str]:
    """This machine's own source of packages and its release."""
    system = Path("/etc/os-release").read_text("utf-8")
    release = re.search(r"^VERSION_CODENAME=(\w+)", system, re.M)
    if not release:
        raise Skip("/etc/os-release names no Debian release")
    apt = Path("/etc/apt")
    files = [apt / "sources.list", *sorted(apt.glob("sources.list.d/*"))]
    for file in (f for f in files if f.is_file()):
        for block in re.split(r"\n\s*\n", file.read_text("utf-8")):
            uri = (re.search(rf"^deb\s+(?:\[.*?\]\s+)?(\S+)\s+{release[1]}\s", block, re.M)
                   or re.search(rf"(?s)^(?=.*^Suites:.*\b{release[1]}\b(?!-)).*?^URIs:\s*(\S+)",
                                block, re.M))
            if uri:
                return uri[1], release[1]
    raise Skip("no apt source of this Debian release")


def debootstrap(path: str, *options: str) -> None:
    mirror, release = debian_mirror()
    done = run(["debootstrap", *options, release, path, mirror], ok=None)
    if done.returncode:
        raise Skip("debootstrap: " + (done.stdout + done.stderr).strip().splitlines()[-1])


def make_root(path: str, scale: float) -> None:
    kinds.make(os.path.join(path, "every-kind"))
    if scale >= 1:
        debootstrap(os.path.join(path, "system"), "--variant=minbase")


def make_tiny(path: str, scale: float, count: int) -> None:
    content = tiny_contents()
    files = max(100, round(count * scale))
    for leaf in range(math.ceil(files / 1000)):
        fill(f"{path}/{leaf // 100:02}/{leaf % 100:02}", min(1000, files - leaf * 1000), content)


def make_flat(path: str, scale: float) -> None:
    fill(path, max(100, round(1_000_000 * scale)), tiny_contents())


def make_large(path: str, scale: float, count: int, size: int) -> None:
    pool = memoryview(random.Random(SEED).randbytes(2 * MIB))
    for i in range(count):
        with open(f"{path}/large-{i}", "wb", buffering=0) as file:
            # Shifted each time, so that no two blocks are the same.
            for block in range(max(1, round(scale * size / MIB))):
                file.write(pool[(i * 8192 + block) * 61 % MIB:][:MIB])


def make_sparse(path: str, scale: float) -> None:
    size, extents = 1 << 40, max(10, round(1000 * scale))
    content = random.Random(SEED).randbytes(4096)
    fd = os.open(path + "/sparse", os.O_WRONLY | os.O_CREAT, 0o600)
    os.ftruncate(fd, size)
    for i in range(extents):
        os.pwrite(fd, content, size // extents * i & ~4095)
    os.close(fd)


def make_links(path: str, scale: float) -> None:
    content = tiny_contents()
    inodes = max(10, round(1000 * scale))
    fill(path + "/00", inodes, content)
    for directory in range(1, 100):
        os.mkdir(f"{path}/{directory:02}")
        for i in range(inodes):
            name = f"file-{i:07}"
            os.link(f"{path}/00/{name}", f"{path}/{directory:02}/{name}")


def acl(user: int) -> bytes:
    """The kernel's form of u::rw,u:USER:r,g::r,m::r,o::-"""
    entries = ((1, 6, -1), (2, 4, user), (4, 4, -1), (16, 4, -1), (32, 0, -1))
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *e) for e in entries)


def make_attrs(path: str, scale: float) -> None:
    content = tiny_contents()
    files = max(100, round(50_000 * scale))
    for leaf in range(math.ceil(files / 1000)):
        where, count = f"{path}/{leaf:02}", min(1000, files - leaf * 1000)
        fill(where, count, content)
        for i in range(count):
            name = f"{where}/file-{i:07}"
            os.setxattr(name, "system.posix_acl_access", acl(1000 + i % 50))
            for n in range(3):
                os.setxattr(name, f"user.note-{n}", f"value {n} of {i}".encode())


def make_deep(path: str, scale: float, levels: int) -> None:
    content = tiny_contents()
    here = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    for _ in range(max(100, round(levels * scale))):
        write_file(here, "file", content())
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY | os.O_DIRECTORY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


def make_startup(path: str, _scale: float) -> None:
    rng = random.Random(SEED)
    fill(path, 100, lambda: rng.randbytes(1024))


CORPORA = {corpus.name: corpus for corpus in (
    Corpus("small", "the Linux 6.1 source as Debian has it: a real tree of small files",
           make_small, 84_000, 1500 * MIB, quick=0.18, package="linux-source-6.1"),
    Corpus("root", "a minimal Debian system and one object of every kind",
           make_root, 12_000, 400 * MIB, package="debootstrap"),
    Corpus("tiny10k", "10,000 files of about 100 bytes in 10 directories",
           lambda path, scale: make_tiny(path, scale, 10_000), 10_000, 42 * MIB),
    Corpus("tiny80k", "80,000 files of about 100 bytes in 80 directories",
           lambda path, scale: make_tiny(path, scale, 80_000), 80_000, 330 * MIB),
    Corpus("million", "1,000,000 files of about 100 bytes in 1,000 directories",
           lambda path, scale: make_tiny(path, scale, 1_000_000), 1_001_000, 4000 * MIB, rounds=3),
    Corpus("flat", "1,000,000 files of about 100 bytes in one directory",
           make_flat, 1_000_000, 4000 * MIB, rounds=3),
    Corpus("large4", "4 files of 1 GiB",
           lambda path, scale: make_large(path, scale, 4, 1 << 30), 5, 4 << 30),
    Corpus("gib", "1 file of 1 GiB",
           lambda path, scale: make_large(path, scale, 1, 1 << 30), 2, 1 << 30),
    Corpus("large1", "1 file of 8 GiB",
           lambda path, scale: make_large(path, scale, 1, 8 << 30), 2, 8 << 30),
    Corpus("sparse", "a file of 1 TiB with 1,000 extents of 4 KiB", make_sparse, 2, 8 * MIB,
           checksum=False, sparse=True),
    Corpus("links", "100,000 names of 1,000 inodes in 100 directories",
           make_links, 100_100, 8 * MIB),
    Corpus("attrs", "50,000 files, each with an ACL and 3 extended attributes",
           make_attrs, 50_050, 600 * MIB),
    Corpus("deep1k", "1,000 directories, one in the other, a small file in each",
           lambda path, scale: make_deep(path, scale, 1000), 2000, 4 * MIB, checksum=False,
           deep=True),
    Corpus("deep", "10,000 directories, one in the other, a small file in each",
           lambda path, scale: make_deep(path, scale, 10_000), 20_000, 40 * MIB, checksum=False, deep=True),
    Corpus("startup", "100 files of 1 KiB: mostly the cost of starting", make_startup,
           101, MIB, quick=1, rounds=21),
)}


def count(path: str) -> dict[str, int]:
    """Objects, regular files, and their bytes: apparent and allocated."""
    sums = {"objects": 0, "files": 0, "bytes": 0, "allocated": 0}
    inodes = set()
    for line in output("find", path, "-printf", "%y %s %b %i\\n").splitlines():
        kind, size, blocks, inode = line.split()
        sums["objects"] += 1
        if kind == "f":
            sums["files"] += 1
            if inode not in inodes:
                inodes.add(inode)
                sums["bytes"] += int(size)
                sums["allocated"] += int(blocks) * 512
    return sums
