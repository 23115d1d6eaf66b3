"""The copiers that are measured: one row each."""

import os
import re
import shlex
from argparse import ArgumentTypeError
from dataclasses import dataclass


@dataclass(frozen=True)
class Tool:
    name: str
    package: str
    command: str  # {src} {dst} {list} {bin} {treecp} {cpus} {files} are filled in
    makes: bool = False  # the destination has to exist before
    copies: bool = True  # False: a bound, whose result is no copy to be checked


TAR = "tar --acls --xattrs --xattrs-include='*' --numeric-owner"
FIO = ("fio --output=/dev/null --ioengine=io_uring --iodepth=32 --direct=1 --bs=1M"
       " --name=read --rw=read --filename={files} --file_service_type=sequential --size={bytes}"
       " --name=write --rw=write --filename={dst}/written --size={bytes}")

TOOLS = {tool.name: tool for tool in (
    Tool("treecp", "", "{treecp} {src} {dst}"),
    Tool("treecp-sync", "", "{treecp} --sync {src} {dst}"),
    *(Tool(f"treecp-{n}", "", f"{{treecp}} -j{n} {{src}} {{dst}}") for n in (1, 2, 4, 8, 32)),
    Tool("cp", "coreutils", "cp -a {src} {dst}"),
    Tool("cp-reflink", "coreutils", "cp -a --reflink=always {src} {dst}"),
    Tool("cpio", "cpio", "cd {src} && find . -print0 | cpio -0pdm --quiet {dst}", makes=True),
    Tool("bsdcpio", "libarchive-tools",
         "cd {src} && find . -print0 | bsdcpio -0 -pdm --quiet {dst}", makes=True),
    Tool("tar", "tar", TAR + " -C {src} -cf - . | " + TAR + " -C {dst} -xpf -", makes=True),
    Tool("rsync", "rsync", "rsync -aHAX --numeric-ids --whole-file {src}/ {dst}/", makes=True),
    Tool("fpsync", "fpart",
         "fpsync -t {tmp}/fpsync -n {cpus} -f 2000 -o '-lptgoDHAX --numeric-ids' {src}/ {dst}/",
         makes=True),
    # Directories first, or the jobs would race to make them.
    Tool("parallel", "parallel",
         "cd {src} && find . -type d -print0 | cpio -0pdm --quiet {dst}"
         " && find . ! -type d -print0 | parallel -0 -j {cpus} -n 500 cp -a --parents -t {dst}",
         makes=True),
    Tool("floor", "", "{bin}/floor_write {list} {dst}", makes=True, copies=False),
    Tool("floor-read", "", "{bin}/floor_read {list} {src}", copies=False),
    Tool("floor-copy", "", "{bin}/floor_copy {list} {src} {dst}", makes=True, copies=False),
    Tool("fio", "fio", FIO, makes=True, copies=False),
)}

# What an interactive shell would be needed for.
SHELL_SIGNS = re.compile(r"[|&;<>$`*]")


def user_tool(text: str) -> Tool:
    """A row from the command line: NAME=COMMAND with {src} and {dst}."""
    name, equals, command = text.partition("=")
    if not equals or not re.fullmatch(r"[\w.+-]+", name):
        raise ArgumentTypeError(f"not NAME=COMMAND: {text}")
    if "{src}" not in command or "{dst}" not in command:
        raise ArgumentTypeError(f"{name}: the command needs {{src}} and {{dst}}")
    if name in TOOLS:
        raise ArgumentTypeError(f"{name}: this name is taken")
    return Tool(name, "", command)


def expand(tool: Tool, values: dict[str, str]) -> list[str]:
    """The argv of a tool. A shell only where one is needed: its start costs time, too."""
    command = tool.command
    for key, value in values.items():
        command = command.replace("{" + key + "}", value)
    if SHELL_SIGNS.search(tool.command):
        return ["bash", "-o", "pipefail", "-c", command]
    return shlex.split(command)


def source_values(src: str) -> dict[str, str]:
    """What fio needs to know: the files of a directory and their bytes."""
    files = sorted(entry.path for entry in os.scandir(src) if entry.is_file())
    return {"files": ":".join(files), "bytes": str(sum(os.path.getsize(f) for f in files))}
