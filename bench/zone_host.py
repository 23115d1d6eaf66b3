"""A host without zones, and file systems for zonepaths: of kinds in filesystems.py, or ZFS."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import filesystems
from shell import Failure, Skip, run

REGISTRY = Path("/etc/zones")
POOL = "zonesbench"
DAEMON_SECONDS = 10


# ---- /etc and /run ----

def hide(work: str) -> None:
    """
    In this mount namespace nothing of the host's registry is seen or changed: what is written to
    /etc lands in the work directory, and /run is empty. Other files of /etc are as they were, since
    packages are installed from there.
    """
    upper, inner = f"{work}/etc", f"{work}/etc.work"
    os.mkdir(upper)
    os.mkdir(inner)
    run(["mount", "-t", "overlay", "-o", f"lowerdir=/etc,upperdir={upper},workdir={inner}",
         "zones-bench", "/etc"])
    run(["mount", "-t", "tmpfs", "-o", "mode=755", "zones-bench", "/run"])
    shutil.rmtree(REGISTRY, ignore_errors=True)
    REGISTRY.mkdir(mode=0o755)


def keep_registry(work: str) -> None:
    shutil.copytree(REGISTRY, f"{work}/registry", symlinks=True)


def restore_registry(work: str) -> None:
    shutil.rmtree(REGISTRY)
    run(["cp", "-a", f"{work}/registry", str(REGISTRY)])


# ---- ZFS ----

class Zfs:
    """A daemon of our own, whose socket is in our /run, and one pool in it at a time."""

    def __init__(self) -> None:
        self.daemon: subprocess.Popen | None = None
        self.where = ""

    def start(self) -> None:
        if not all(map(shutil.which, ("zfs-fuse", "zpool", "zfs"))):
            raise Skip("zfs-fuse is not installed")
        # Where it keeps which pools there are; the socket's directory is the one in /run.
        if os.path.isdir("/var/lib/zfs"):
            run(["mount", "-t", "tmpfs", "-o", "mode=755", "zones-bench", "/var/lib/zfs"])
        for directory in ("/run/zfs", "/run/lock/zfs"):
            os.makedirs(directory)
        self.daemon = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "zfs-fuse", "--no-daemon", "--no-kstat-mount"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        end = time.monotonic() + DAEMON_SECONDS
        while run(["zpool", "list"], ok=None).returncode:
            if self.daemon.poll() is not None or time.monotonic() > end:
                raise Skip("zfs-fuse does not start")
            time.sleep(0.1)

    def fresh(self, where: str, size: int) -> None:
        if not self.daemon:
            self.start()
        self.forget(where)
        with open(where + ".img", "wb") as file:
            file.truncate(max(filesystems.IMAGE_MIN, 2 * size))
        run(["zpool", "create", "-f", "-O", "atime=off", "-m", where, POOL, where + ".img"])
        self.where = where

    def forget(self, where: str) -> None:
        if self.where == where:
            # A command's helpers can outlive it for a moment.
            for wait in (0.1, 0.5, 2, 5, 0):
                done = run(["zpool", "destroy", "-f", POOL], ok=None)
                if done.returncode == 0:
                    break
                time.sleep(wait)
            else:
                raise Failure(done.stderr.strip())
            self.where = ""
            os.unlink(where + ".img")

    def stop(self) -> None:
        if not self.daemon:
            return
        if self.where:
            run(["zpool", "destroy", "-f", POOL], ok=None)
        self.daemon.kill()
        self.daemon.wait()


# ---- file systems ----

def fresh(kind: str, where: str, size: int, zfs: Zfs) -> None:
    """A new, empty file system of any kind at where."""
    zfs.forget(where)
    if kind != "zfs":
        filesystems.mount_fresh(kind, where, size)
        return
    filesystems.unmount(where)
    os.makedirs(where, exist_ok=True)
    zfs.fresh(where, size)
