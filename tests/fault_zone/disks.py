"""
Disks whose power can be cut, with a file system of any kind on each.

A disk forgets what it was not told to flush, as one with a volatile cache does: its file system is in
an image file on an XFS of its own, the loop device between them turns a flush into fsync(2), and the
cut is that XFS's shutdown ioctl, which throws away its log and all that is in memory only.
"""
import fcntl
import os
import shutil
import struct
import subprocess
import sys
import time

SHUTDOWN = 0x8004587d  # of ext4 and XFS: _IOR('X', 125, __u32)
NO_LOG_FLUSH = struct.pack('I', 2)
MEGABYTES = {'ext4': 48, 'xfs': 310, 'btrfs': 240}
MKFS = {'ext4': ['-F'], 'xfs': ['-f'], 'btrfs': ['-f']}


def run(*command):
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        sys.exit(f'{command}: {done.stderr.decode()}')


def shut_down(point):
    """Throw away the log, and what is in memory only, of the file system that is mounted there."""
    fd = os.open(point, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.ioctl(fd, SHUTDOWN, NO_LOG_FLUSH)
    finally:
        os.close(fd)


def unmount(point):
    """Whoever was killed may still be on the way out."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        done = subprocess.run(['umount', point], stderr=subprocess.PIPE, check=False)
        if done.returncode == 0:
            return
        time.sleep(0.01)
    sys.exit(f'cannot unmount: {done.stderr.decode()}')


class Disk:
    """One disk; its file system is mounted at point."""

    def __init__(self, work, name, kind, point):
        self.name, self.kind, self.point = name, kind, point
        self.image, self.host = f'{work}/{name}.disk', f'{work}/{name}.host'
        self.inner, self.clean = f'{self.host}/now', f'{self.host}/clean'

    def make(self):
        for path in self.host, self.point:
            os.makedirs(path, exist_ok=True)
        with open(self.image, 'wb') as file:
            file.truncate(1200 << 20)
        run('mkfs.xfs', '-q', '-f', self.image)
        self.mount_host()
        with open(self.inner, 'wb') as file:
            file.truncate(MEGABYTES[self.kind] << 20)
        run(f'mkfs.{self.kind}', '-q', *MKFS[self.kind], self.inner)
        self.mount()
        shutil.rmtree(f'{self.point}/lost+found', ignore_errors=True)

    def mount_host(self):
        run('mount', '-o', 'loop,noatime', self.image, self.host)

    def mount(self):
        run('mount', '-o', 'loop,noatime', self.inner, self.point)

    def keep(self):
        """What is on it now is what restore() brings back."""
        unmount(self.point)
        run('cp', '--reflink=always', self.inner, self.clean)
        run('sync', '-f', self.clean)
        self.mount()

    def restore(self):
        unmount(self.point)
        run('cp', '--reflink=always', self.clean, self.inner)
        run('sync', '-f', self.inner)
        self.mount()

    def remove(self):
        unmount(self.point)
        unmount(self.host)
        os.unlink(self.image)

    def cut(self):
        shut_down(self.host)

    def revive(self):
        """The power is back."""
        unmount(self.point)
        unmount(self.host)
        self.mount_host()
        self.mount()


def cut(disks):
    """All at one moment. What is in /run is gone, too."""
    for disk in disks:
        disk.cut()
    for disk in disks:
        disk.revive()
    shutil.rmtree('/run/zones', ignore_errors=True)
