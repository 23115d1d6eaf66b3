"""
Kill zoneadm move, uninstall and clone before each system call that changes something, and the recovery as
well: at each moment the zone is whole in one place, and the next command leaves it at exactly one,
which the registry knows, and nothing of it anywhere else.

  crash_move.py WORK FOLDER OTHER SCENARIO... [--every]

FOLDER and OTHER are on two file systems. Without --every: at about LIMIT moments of a scenario, and
LIMIT of its recoveries.
"""
import fcntl
import glob
import hashlib
import os
import re
import shutil
import socket
import stat
import struct
import subprocess
import sys

import crash
import registry

LIMIT = 22
ZONES = registry.ZONES
UUID = '01234567-89ab-4def-8123-456789abcdef'
GETFLAGS, IMMUTABLE = 0x80086601, 0x10
CALL = re.compile(r'(\d+) +(\w+)\((.*)')
CHANGES = crash.CHANGES | {
    'rmdir', 'mknod', 'mknodat', 'symlink', 'symlinkat', 'link', 'linkat', 'chmod', 'chown',
    'fchown', 'fchownat', 'fchmodat', 'utimensat', 'setxattr', 'lsetxattr', 'fsetxattr', 'syncfs',
    'fallocate', 'copy_file_range', 'io_uring_enter', 'pwritev', 'pwritev2'}
SCENARIOS = 'rename', 'copy', 'uninstall', 'clone'


def make_tree(root):
    """Something of everything, small."""
    os.makedirs(f'{root}/etc/deep', mode=0o755)
    for name, size in ('etc/hostname', 7), ('etc/large', 300000), ('new\nline "\'$', 1):
        with open(f'{root}/{name}', 'wb') as file:
            file.write(os.urandom(size))
    with open(f'{root}/sparse', 'wb') as file:
        file.truncate(5000000)
        file.write(b'start')
    os.link(f'{root}/etc/hostname', f'{root}/etc/deep/linked')
    os.symlink('/etc/passwd', f'{root}/symlink')
    os.mkfifo(f'{root}/fifo')
    os.mknod(f'{root}/null', 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    here = os.getcwd()
    os.chdir(root)
    socket.socket(socket.AF_UNIX).bind('socket')
    os.chdir(here)
    os.setxattr(f'{root}/etc/large', 'user.name', b'value')
    os.chown(f'{root}/etc/large', 12, 34)
    subprocess.run(['setfacl', '-m', 'u:1000:r', f'{root}/sparse'], check=True)
    subprocess.run(['chattr', '+i', f'{root}/etc/large', f'{root}/etc/deep'], check=True)


def is_immutable(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        flags = fcntl.ioctl(fd, GETFLAGS, bytes(8))
    finally:
        os.close(fd)
    return bool(struct.unpack('l', flags)[0] & IMMUTABLE)


def describe_object(path, first):
    """All that is to be kept of one object; first knows the first name of each."""
    status = os.lstat(path)
    mode = status.st_mode
    told = [mode, status.st_uid, status.st_gid, status.st_rdev, status.st_mtime_ns]
    told += [(name, os.getxattr(path, name, follow_symlinks=False))
             for name in sorted(os.listxattr(path, follow_symlinks=False))
             if not name.startswith('trusted.SGI_')]
    if stat.S_ISREG(mode):
        with open(path, 'rb') as file:
            told.append(hashlib.sha256(file.read()).digest())
    if stat.S_ISLNK(mode):
        told.append(os.readlink(path))
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        told.append(is_immutable(path))
    if not stat.S_ISDIR(mode):
        told.append(first.setdefault(status.st_ino, path.rsplit('/root/')[-1]))
    return told


def describe(path):
    """A tree, {name: what is to be kept}; None: there is none."""
    if not os.path.isdir(path):
        return None
    names = ['.']
    for folder, folders, files in os.walk(path):
        names += [os.path.relpath(f'{folder}/{name}', path) for name in folders + files]
    first = {}
    return {name: describe_object(f'{path}/{name}', first) for name in sorted(names)}


def calls_of(command, work):
    """{name: how often one thread calls it, at most}, of the calls that change something."""
    log, count = f'{work}/strace', {}
    crash.run(command, ['-o', log])
    with open(log, encoding='utf-8', errors='replace') as lines:
        for line in lines:
            match = CALL.match(line)
            name = match[2] if match else ''
            if name in CHANGES or name == 'openat':
                count[name, match[1]] = count.get((name, match[1]), 0) + 1
    most = {}
    for (name, _), number in count.items():
        most[name] = max(number, most.get(name, 0))
    return most


def sample(calls, every):
    """Moments to kill at: spread over all of them."""
    moments = [(name, nth) for name, number in sorted(calls.items())
               for nth in range(1, number + 1)]
    step = 1 if every else max(1, len(moments) / LIMIT)
    return [moments[int(i * step)] for i in range(int(len(moments) / step))]


class Campaign:
    """One scenario, and what was found."""

    def __init__(self, name, work, folder, other, every):
        self.name, self.work, self.every = name, work, every
        self.folders = folder, other
        self.source = f'{folder}/a'
        self.target = {'rename': f'{folder}/moved', 'copy': f'{other}/moved'}.get(name)
        what = ['move', self.target] if self.target else ['uninstall', '-F']
        self.command = [crash.ZONEADM, '-z', 'a', *what]
        self.recovery = [crash.ZONEADM, '-z', 'a', 'recover']
        self.kills = self.missed = self.recovery_kills = 0
        self.old = self.new = 0
        self.half_done = {}
        self.whole = None

    def reset(self):
        """An installed zone, at its old place."""
        crash.clear()
        for folder in self.folders:
            subprocess.run(['chattr', '-R', '-f', '-i', folder], check=False,
                           stderr=subprocess.DEVNULL)
            for name in os.listdir(folder):
                shutil.rmtree(f'{folder}/{name}')
        crash.must([crash.ZONECFG, '-z', 'a', f'create; set zonepath={self.source}'])
        os.mkdir(self.source, 0o700)
        make_tree(f'{self.source}/root')
        with open(f'{ZONES}/index', encoding='utf-8') as file:
            text = file.read()
        with open(f'{ZONES}/index', 'w', encoding='utf-8') as file:
            file.write(text.replace(f'a:configured:{self.source}:',
                                    f'a:installed:{self.source}:{UUID}'))
        self.whole = describe(self.source)

    def fail(self, where, why):
        sys.exit(f'{self.name}: killed before {where}: {why}\n{self.kind()}\n'
                 f'{[os.listdir(folder) for folder in self.folders]}')

    def kind(self):
        """What the dead command left, without names that are random."""
        record = ''
        for path in glob.glob(f'{ZONES}/*.operation'):
            with open(path, encoding='utf-8') as file:
                record += re.sub(r'inode=[1-9]\d*', 'inode=N', file.read())
        names = [f'{folder}/{name}' for folder in self.folders for name in os.listdir(folder)]
        text = f'{record} {crash.journal()} {sorted(names)}'
        return re.sub(r'\.[0-9a-f]{16}', '.X', text)

    def kill(self, command, moment, outer=''):
        """Whether a command was killed at a moment, which it may not come to; and where."""
        name, nth = moment
        status, err = crash.run(command, [
            '-o', '/dev/null', '-e', f'trace={name}',
            '-e', f'inject={name}:signal=SIGKILL:when={nth}'])
        where = f'{outer}{name} {nth}'
        if status not in (0, -9, 137):
            self.fail(where, f'it was not killed: status {status}: {err}')
        return status != 0, where

    def check_alive(self, where):
        """Between the kill and the next command: a move has never less than one whole tree."""
        if self.target and self.whole not in (describe(self.source), describe(self.target)):
            self.fail(where, 'the zone is whole nowhere')

    def recover(self, where):
        status, err = crash.run(self.recovery)
        if status or re.sub('zoneadm: an interrupted .*\n', '', err):
            self.fail(where, f'the recovery: status {status}: {err}')
        self.check(where)

    def check(self, where):
        """All agrees, and nothing is left. Then the command can be repeated."""
        problems = registry.problems_of_registry()
        zones, _ = registry.read_index()
        state, zonepath, uuid = zones['a']
        found = {path for folder in self.folders for path in glob.glob(f'{folder}/.*')
                 + glob.glob(f'{folder}/*')}
        if (state, zonepath, uuid) == ('installed', self.source, UUID):
            self.old += 1
            new = False
            if found != {self.source} or describe(self.source) != self.whole:
                problems.append(f'the old zone is not whole, or not alone: {found}')
        elif self.target and (state, zonepath, uuid) == ('installed', self.target, UUID):
            self.new += 1
            new = True
            if found != {self.target} or describe(self.target) != self.whole:
                problems.append(f'the new zone is not whole, or not alone: {found}')
        elif not self.target and (state, zonepath, uuid) == ('configured', self.source, ''):
            self.new += 1
            new = True
            if found:
                problems.append(f'an uninstalled zone has left {found}')
        else:
            self.fail(where, f'the index has {zones["a"]}')
        if problems:
            self.fail(where, '; '.join(problems))
        if not new:
            status, err = crash.run(self.command)
            if status:
                self.fail(where, f'the command, repeated: status {status}: {err}')

    def run(self):
        self.reset()
        for moment in sample(calls_of(self.command, self.work), self.every):
            self.reset()
            killed, where = self.kill(self.command, moment)
            self.kills += killed
            self.missed += not killed
            self.check_alive(where)
            if killed and '.operation' in str(os.listdir(ZONES)):
                self.half_done.setdefault(self.kind(), moment)
            self.recover(where)
        if not self.old or not self.new or not self.half_done:
            sys.exit(f'{self.name}: no kill before, in the middle of, or behind the change')

    def run_recoveries(self):
        """Each kind of half-done is made again, and its recovery killed everywhere."""
        todo = []
        for moment in self.half_done.values():
            self.reset()
            if self.kill(self.command, moment)[0]:
                todo += [(moment, call) for call in
                         sample(calls_of(self.recovery, self.work), True)]
        step = 1 if self.every else max(1, len(todo) // LIMIT)
        for moment, call in todo[::step]:
            self.reset()
            self.kill(self.command, moment)
            killed, where = self.kill(self.recovery, call, f'{moment}: recovery: ')
            self.recovery_kills += killed
            self.check_alive(where)
            self.recover(where)

    def report(self):
        print(f'{self.name}: {self.kills} kills, {self.missed} moments that did not come, '
              f'{len(self.half_done)} kinds of half-done, {self.recovery_kills} kills of their '
              f'recoveries; then {self.old} times the old zone, {self.new} times the new one')


class CloneCampaign(Campaign):
    """A clone is there, whole and nobody yet, or not at all; its source stays as it is."""

    def __init__(self, work, folder, other, every):
        super().__init__('clone', work, folder, other, every)
        self.target = None
        self.clone = f'{other}/b'
        self.command = [crash.ZONEADM, '-z', 'b', 'clone', 'a']
        self.recovery = [crash.ZONEADM, '-z', 'b', 'recover']

    def is_whole(self):
        """All of the source but its name, which another name's hard link had, too."""
        clone, source = describe(self.clone), dict(self.whole)
        del source['root/etc/hostname']
        changed = 'root/etc', 'root/etc/deep/linked'
        return clone.keys() == source.keys() and all(
            clone[name] == source[name] for name in clone if name not in changed)

    def reset(self):
        super().reset()
        crash.must([crash.ZONECFG, '-z', 'b', f'create; set zonepath={self.clone}'])

    def check(self, where):
        problems = registry.problems_of_registry()
        zones, _ = registry.read_index()
        if zones['a'] != ('installed', self.source, UUID) or describe(self.source) != self.whole:
            problems.append(f'the source is not as it was: {zones["a"]}')
        state, zonepath, uuid = zones['b']
        found = set(os.listdir(self.folders[1]))
        new = state == 'installed'
        self.new += new
        self.old += not new
        if zonepath != self.clone or bool(uuid) != new or found != ({'b'} if new else set()):
            problems.append(f'the index has {zones["b"]}, the folder {found}')
        elif new and not self.is_whole():
            problems.append('the clone is not whole')
        if problems:
            self.fail(where, '; '.join(problems))
        if not new:
            status, err = crash.run(self.command)
            if status:
                self.fail(where, f'the command, repeated: status {status}: {err}')


def main(work, folder, other, *arguments):
    every = '--every' in arguments
    for name in [word for word in arguments if word != '--every'] or SCENARIOS:
        campaign = (CloneCampaign(work, folder, other, every) if name == 'clone'
                    else Campaign(name, work, folder, other, every))
        campaign.run()
        campaign.run_recoveries()
        campaign.report()


if __name__ == '__main__':
    main(*sys.argv[1:])
