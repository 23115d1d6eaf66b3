"""File systems to copy from and to: each new, on a sparse image in memory, or a tmpfs."""

import os
import shutil
import time
from dataclasses import dataclass

from shell import Failure, Skip, run

GIB = 1 << 30
IMAGE_MIN = 10 * GIB
HEADROOM = GIB
# What an object costs in memory besides its content: inode, name, block of an image.
OBJECT_COST = 2048


@dataclass(frozen=True)
class Kind:
    name: str
    mkfs: tuple[str, ...]
    options: str
    package: str


KINDS = {kind.name: kind for kind in (
    # Without these two limits a million inodes or a corpus beyond half the memory does not fit.
    Kind("tmpfs", (), "size=90%,nr_inodes=0,noatime", "mount"),
    # The kernel would initialise inode tables in the background of the runs.
    Kind("ext4", ("mkfs.ext4", "-q", "-F"), "loop,noatime,noinit_itable", "e2fsprogs"),
    Kind("xfs", ("mkfs.xfs", "-q", "-f"), "loop,noatime", "xfsprogs"),
    Kind("btrfs", ("mkfs.btrfs", "-q", "-f"), "loop,noatime", "btrfs-progs"),
)}


def mount_work(directory: str) -> None:
    run(["mount", "-t", "tmpfs", "-o", "size=95%,nr_inodes=0,noatime", "treecp-bench",
         directory])


def mount_fresh(kind: str, where: str, size: int) -> None:
    """A new, empty file system at where, for about size bytes; any old one there goes."""
    unmount(where)
    os.makedirs(where, exist_ok=True)
    row = KINDS[kind]
    if not row.mkfs:
        run(["mount", "-t", kind, "-o", row.options, "treecp-bench", where])
        return
    image = where + ".img"
    with open(image, "wb") as file:
        file.truncate(max(IMAGE_MIN, 2 * size))
    run([*row.mkfs, image])
    mount_image(kind, where)


def mount_image(kind: str, where: str) -> None:
    # The loop device goes with its mount, and the mount with our mount namespace.
    run(["mount", "-t", kind, "-o", KINDS[kind].options, where + ".img", where])


def keep(kind: str, where: str) -> None:
    """Keep a copy of the file system at where, to restore it as it is now."""
    umount(where)
    run(["cp", "--sparse=always", where + ".img", where + ".kept"])
    mount_image(kind, where)


def restore(kind: str, where: str) -> bool:
    """Go back to what was kept, if anything was."""
    if not os.path.exists(where + ".kept"):
        return False
    umount(where)
    run(["cp", "--sparse=always", where + ".kept", where + ".img"])
    mount_image(kind, where)
    return True


def forget_kept(where: str) -> None:
    if os.path.exists(where + ".kept"):
        os.unlink(where + ".kept")


def unmount(where: str) -> None:
    """Let go of what is mounted at where, if anything, and of its image."""
    umount(where)
    forget_kept(where)
    if os.path.exists(where + ".img"):
        os.unlink(where + ".img")


def umount(where: str) -> None:
    if os.path.ismount(where):
        # A tool's helpers can outlive it for a moment.
        for wait in (0.1, 0.5, 2, 5, 10, 0):
            done = run(["umount", where], ok=None)
            if done.returncode == 0:
                break
            time.sleep(wait)
        else:
            raise Failure(done.stderr.strip())


def move(old: str, new: str) -> None:
    """The file system mounted at old, and its image, become those of new."""
    unmount(new)
    os.makedirs(new, exist_ok=True)
    run(["mount", "--move", old, new])
    if os.path.exists(old + ".img"):
        os.rename(old + ".img", new + ".img")


def memory_available() -> int:
    with open("/proc/meminfo", encoding="ascii") as file:
        for line in file:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    raise Failure("/proc/meminfo has no MemAvailable")


def require_room(kind: str, objects: int, size: int, disk: str) -> None:
    """Skip, unless a tree of this size fits on a new file system of a kind."""
    need = size + objects * OBJECT_COST + HEADROOM
    if kind == "disk":
        have, what = shutil.disk_usage(disk).free, f"free in {disk}"
    else:
        have, what = memory_available(), "of memory available"
    if need > have:
        raise Skip(f"needs {need / GIB:.1f} GiB, {have / GIB:.1f} GiB {what}")
