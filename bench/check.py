"""Is a copy whole? What rsync, find and treecp --compare say, in a few words."""

import re
from collections import Counter

from shell import run

# Positions in rsync's itemized changes, after the letters of kind: YXcstpoguax
POSITIONS = {2: "content", 3: "content", 4: "times", 5: "permissions", 6: "owner", 7: "group",
             9: "ACLs", 10: "extended attributes"}
# treecp's classes in the words above, and what rsync does not look at.
CLASSES = {"existence": "missing", "type": "content", "content": "content", "size": "content",
           "target": "content", "device": "content", "mtime": "times", "mode": "permissions",
           "owner": "owner", "acl": "ACLs", "xattr": "extended attributes",
           "caps": "extended attributes", "links": "hard links", "atime": "access times",
           "flags": "inode flags", "project": "project ids", "sparse": "holes"}
# A line of treecp --compare: "PATH: class: first / second".
COMPARED = re.compile(r"(.*?): ([a-z]+)(?:: |$)")


def classify(lines: list[str]) -> Counter:
    """Itemized changes, counted by what differs; an object counts once in each class."""
    found: Counter = Counter()
    for line in lines:
        item = line[:11]
        if item.startswith("*deleting"):
            found["extra"] += 1
        elif "+++" in item:
            found["missing"] += 1
        else:
            names = {name for at, name in POSITIONS.items() if item[at] not in ". "}
            # Beside other changes the h only says that it is one of several names.
            if item[0] == "h" and not names:
                names.add("hard links")
            found.update(names or {"unknown: " + item})
    return found


def by_rsync(src: str, dst: str, checksum: bool) -> tuple[Counter, str]:
    # XFS shows root its own form of ACLs as well, which is none of ours.
    argv = ["rsync", "-aHAXn", "--delete", "--numeric-ids", "--itemize-changes",
            "--modify-window=-1", "--filter=-x trusted.SGI_*"]
    argv += ["--checksum"] if checksum else []
    done = run([*argv, src + "/", dst + "/"])
    return classify(done.stdout.splitlines()), done.stdout


def by_find(src: str, dst: str) -> tuple[Counter, str]:
    """For paths beyond PATH_MAX: each object by its depth and name, which suffice there."""
    form = r"%d %f\t%y %s\t%m\t%U %G\t%T@\n"
    names = ("content", "permissions", "owner", "times")
    sides = []
    for root in (src, dst):
        lines = run(["find", ".", "-printf", form], cwd=root).stdout.splitlines()
        sides.append({line.split("\t")[0]: line.split("\t")[1:] for line in lines})
    a, b = sides
    found = Counter(missing=len(a.keys() - b.keys()), extra=len(b.keys() - a.keys()))
    for key in a.keys() & b.keys():
        found.update(name for name, x, y in zip(names, a[key], b[key]) if x != y
                     # A directory's size is no content.
                     and not (name == "content" and x[0] == y[0] == "d"))
    return +found, ""


def classify_compare(lines: list[str]) -> Counter:
    found: Counter = Counter()
    for line in lines:
        at = COMPARED.match(line)
        name = at[2] if at else "other"
        found[CLASSES.get(name, name)] += 1
    return found


def by_compare(treecp: str, src: str, dst: str) -> tuple[Counter, str]:
    """What treecp --compare finds."""
    done = run([treecp, "--compare", src, dst], ok=(0, 1))
    found = classify_compare(done.stdout.splitlines())
    if done.returncode and not found:
        found["not compared: " + done.stderr.strip()[:80]] = 1
    return found, done.stdout


def allocated(root: str) -> int:
    return int(run(["du", "-s", "--block-size=1", root]).stdout.split()[0])


def words(found: Counter) -> str:
    return ", ".join(f"{name} of {count}" for name, count in found.most_common()) or "whole"
