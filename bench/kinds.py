"""A directory with one object of every kind: what copies tend to lose."""

import os
import socket
import stat

from shell import run

AWAY = (-446_835_599_876_543_211, 4_102_444_799_987_654_321)  # nanoseconds: 1955 and 2099
FILES = ("plain", "set-id", "capability", "acl", "xattr", "before-1970", "after-2038",
         "nodump-noatime", "immutable", "append-only", os.fsdecode(b"a name\nwith \xff"))

# What has no call in Python's library.
COMMANDS = (
    ("setcap", "cap_net_raw+ep", "capability"),
    ("setfacl", "-m", "u:1234:rw,g:5678:r", "acl"),
    ("setfacl", "-d", "-m", "u:1234:rwx", "default-acl"),
    ("chattr", "+d", "+A", "nodump-noatime"),
    ("chattr", "+a", "append-only"),
    ("chattr", "+i", "immutable"),
)


def make_specials(at: int) -> None:
    os.symlink("plain", "symbolic-link", dir_fd=at)
    os.mkfifo("fifo", dir_fd=at)
    os.mknod("char-device", stat.S_IFCHR | 0o600, os.makedev(1, 3), dir_fd=at)
    os.mknod("block-device", stat.S_IFBLK | 0o600, os.makedev(7, 200), dir_fd=at)
    os.mknod("whiteout", stat.S_IFCHR | 0o600, os.makedev(0, 0), dir_fd=at)
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(f"/proc/self/fd/{at}/socket")
    for name in ("plain", "symbolic-link", "fifo"):
        os.link(name, "hard-link-of-" + name, src_dir_fd=at, dst_dir_fd=at,
                follow_symlinks=False)


def make(path: str) -> None:
    os.mkdir(path)
    for name in FILES:
        with open(os.path.join(path, name), "w", encoding="ascii") as file:
            file.write("content\n")
    with open(path + "/sparse", "wb") as file:
        file.truncate(64 << 20)
        os.pwrite(file.fileno(), b"data", 16 << 20)
    os.mkdir(path + "/default-acl")
    at = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    make_specials(at)
    os.close(at)
    os.chown(path + "/set-id", 1234, 5678)
    os.chmod(path + "/set-id", 0o6755)
    os.chown(path + "/capability", 4_000_000_000, 4_000_000_001)
    os.setxattr(path + "/xattr", "user.comment", b"kept?")
    for name in ("xattr", "symbolic-link"):
        os.setxattr(f"{path}/{name}", "trusted.note", b"kept?", follow_symlinks=False)
    os.utime(path + "/before-1970", ns=(AWAY[0], AWAY[0]))
    os.utime(path + "/after-2038", ns=(AWAY[1], AWAY[1]))
    os.utime(path + "/symbolic-link", ns=(AWAY[1], AWAY[1] - 1), follow_symlinks=False)
    for command in COMMANDS:
        run(list(command), cwd=path)
