"""
Cut the power in the middle of a change of the registry: zonecfg is killed before a system call, and
the file system shut down at once, without its log and without what is in memory only. What is there
at the next start must be the old state or the new one; once a command has told of success, the new.

  power.py WORK KIND SCENARIO... [--every]      KIND: ext4 or xfs; the rest is as for crash.py
"""
import os
import shutil
import subprocess
import sys

import crash
import disks

ZONES = crash.ZONES
MEGABYTES = {'ext4': 16, 'xfs': 300}


class Disk:
    """A file system in an image file, to be mounted at /etc/zones."""

    def __init__(self, work, kind):
        self.kind, self.image, self.clean = kind, f'{work}/{kind}.img', f'{work}/{kind}.clean'

    def make(self, state):
        """A new one with this state on it, for restore()."""
        with open(self.image, 'wb') as file:
            file.truncate(MEGABYTES[self.kind] << 20)
        force = '-f' if self.kind == 'xfs' else '-F'
        subprocess.run([f'mkfs.{self.kind}', '-q', force, self.image], check=True)
        self.mount()
        shutil.rmtree(f'{ZONES}/lost+found', ignore_errors=True)
        if state:
            shutil.copytree(state, ZONES, dirs_exist_ok=True)
        os.chmod(ZONES, 0o755)
        self.unmount()
        self.copy(self.image, self.clean)

    @staticmethod
    def copy(source, target):
        subprocess.run(['cp', '--sparse=always', source, target], check=True)

    def mount(self):
        os.makedirs(ZONES, exist_ok=True)
        subprocess.run(['mount', '-o', 'loop', self.image, ZONES], check=True)

    def unmount(self):
        disks.unmount(ZONES)

    def cut(self):
        """The power fails, and comes back: /run is empty then, too."""
        try:
            disks.shut_down(ZONES)
        except OSError as error:
            print(f'no shutdown of {self.kind}: {error}')
            sys.exit(77)
        self.unmount()
        shutil.rmtree('/run/zones', ignore_errors=True)
        self.mount()


class PowerCut(crash.Campaign):
    """A scenario on a file system whose power is cut."""

    def __init__(self, name, work, kind, every):
        super().__init__(name, work, every)
        self.disk = Disk(work, kind)
        self.mounted = False
        crash.clear()
        self.disk.make(self.state)

    def restore(self):
        self.stop()
        Disk.copy(self.disk.clean, self.disk.image)
        self.disk.mount()
        self.mounted = True

    def stop(self):
        if self.mounted:
            self.disk.unmount()
        shutil.rmtree('/run/zones', ignore_errors=True)
        self.mounted = False

    def survive(self, where):
        self.disk.cut()

    def check(self, where):
        """What the next command finds, or finishes, stays."""
        status, err = crash.run([crash.ZONEADM, 'list', '-cv'])
        if status or err:
            self.fail(where, f'the next command: status {status}: {err}')
        found = crash.files()
        self.disk.cut()
        new = super().check(where)
        if new and found != self.after:
            self.fail(where, 'a second power cut makes the new state of the old one')
        if not new and found != self.before:
            self.fail(where, 'what the next command finished is lost in a second power cut')
        return new

    def run_to_the_end(self):
        """Success means that it is stored: the power fails at once."""
        self.restore()
        crash.must(self.command)
        self.disk.cut()
        if not self.check('nothing'):
            self.fail('nothing', 'the command succeeded, and yet the old state is there')


def main(work, kind, *arguments):
    every = '--every' in arguments
    for name in [word for word in arguments if word != '--every'] or crash.SCENARIOS:
        campaign = PowerCut(name, work, kind, every)
        campaign.run()
        campaign.run_to_the_end()
        campaign.stop()
        campaign.report()


if __name__ == '__main__':
    main(*sys.argv[1:])
