"""What the figures depend on: the machine, the versions; packages and the build."""

import os
import platform
import re
import time
from datetime import datetime, timezone
from pathlib import Path

from shell import output, run

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build-bench"
BUSY_PERCENT = 10
BASE_PACKAGES = ("gcc", "libc6-dev", "make", "cmake", "pkg-config", "liburing-dev", "libacl1-dev",
                 "libattr1-dev", "libxxhash-dev", "hyperfine", "time", "rsync", "strace",
                 "util-linux", "gnuplot-nox")
# Packages of the corpora beyond their own: package -> what it needs with it.
EXTRA_PACKAGES = {"linux-source-6.1": ("xz-utils", "tar"),
                  "debootstrap": ("acl", "libcap2-bin", "e2fsprogs")}


def install(packages: set[str]) -> None:
    """Install by apt what is not there yet."""
    for package in list(packages):
        packages.update(EXTRA_PACKAGES.get(package, ()))
    missing = []
    for package in sorted(packages - {""}):
        status = run(["dpkg-query", "-W", "-f", "${db:Status-Status}", package], ok=None).stdout
        if status != "installed":
            missing.append(package)
    if not missing:
        return
    print("== installing", *missing, flush=True)
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run(["apt-get", "update", "-q"])
    run(["apt-get", "install", "-q", "-y", "--no-install-recommends", *missing])


def build() -> None:
    print("== building", BUILD.name, flush=True)
    run(["cmake", "-S", str(ROOT), "-B", str(BUILD), "-DCMAKE_BUILD_TYPE=Release", "-DBENCH=ON",
         "-DBUILD_TESTING=OFF"])
    run(["cmake", "--build", str(BUILD), "-j", str(os.cpu_count())])


def cpu_times() -> tuple[int, int]:
    """All and idle ticks of all CPUs."""
    with open("/proc/stat", encoding="ascii") as file:
        ticks = [int(n) for n in file.readline().split()[1:9]]
    return sum(ticks), ticks[3] + ticks[4]


def busy_percent() -> float:
    """What else goes on here, in percent of all CPUs."""
    os.sync()
    total, idle = cpu_times()
    time.sleep(1)
    total_after, idle_after = cpu_times()
    return round(100 - 100 * (idle_after - idle) / (total_after - total), 1)


def processor() -> str:
    found = re.search(r"^model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text("utf-8"), re.M)
    return found[1] if found else platform.machine()


def commit() -> str:
    """The commit that is measured; "+changes" if the tree has changes of its own."""
    git = ("git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT))
    done = run([*git, "rev-parse", "--short=12", "HEAD"], ok=None)
    if done.returncode:
        return "unknown"
    changes = output(*git, "--no-optional-locks", "status", "--porcelain")
    return done.stdout.strip() + ("+changes" if changes else "")


def version(package: str) -> str:
    return run(["dpkg-query", "-W", "-f", "${Version}", package], ok=None).stdout


def describe() -> dict[str, str | int]:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {"cpus": os.cpu_count() or 0, "processor": processor(),
            "memory_mib": memory >> 20, "kernel": platform.release(), "commit": commit(),
            "date": datetime.now(timezone.utc).isoformat(timespec="seconds")}
