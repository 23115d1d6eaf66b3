"""
Kill zoneadm detach and attach before each system call that changes something; in every other round
the power fails at once, too. The zone is then installed, or it is detached: configured, with a whole
record beside its tree. Either way the next detach or attach does what it should, and the tree is as
it was.

  detach_faults.py WORK KIND DTD [--every]     KIND: ext4 or xfs
"""
import os
import shutil
import subprocess
import sys

import crash
import power
import registry

LIMIT = 12
RECORD, NEW = 'SUNWdetached.xml', '.SUNWdetached.xml.new'
ZONEADM = [crash.ZONEADM, '-z', 'a']


class Disk(power.Disk):
    """One file system for all: the registry, bound to its place, and the zonepath."""

    def __init__(self, work, kind):
        super().__init__(work, kind)
        self.point = f'{work}/disk'
        self.zonepath = f'{self.point}/zones/a'
        os.mkdir(self.point)

    def mount(self):
        subprocess.run(['mount', '-o', 'loop', self.image, self.point], check=True)
        for name in 'zones', 'registry':
            os.makedirs(f'{self.point}/{name}', mode=0o755, exist_ok=True)
        subprocess.run(['mount', '--bind', f'{self.point}/registry', crash.ZONES], check=True)

    def unmount(self):
        super().unmount()
        subprocess.run(['umount', self.point], check=True)


def describe(folder):
    """A small tree, {name: content, or None}."""
    found = {}
    for path, folders, files in os.walk(folder):
        found.update((os.path.join(path, name), None) for name in folders)
        for name in files:
            with open(os.path.join(path, name), 'rb') as file:
                found[os.path.join(path, name)] = file.read()
    return found


class Campaign:
    """One of the two commands."""

    def __init__(self, name, disk, dtd, every):
        self.name, self.disk, self.dtd, self.every = name, disk, dtd, every
        self.command = [*ZONEADM, name]
        self.kills = {'detached': 0, 'installed': 0}
        self.calls = []
        disk.make(None)
        disk.mount()
        self.make_zone()
        if name == 'attach':
            crash.must([*ZONEADM, 'detach'])
        self.tree = describe(f'{disk.zonepath}/root')
        disk.unmount()
        disk.copy(disk.image, disk.clean)

    def make_zone(self):
        zonepath = self.disk.zonepath
        crash.must([crash.ZONECFG, '-z', 'a', f'create; set zonepath={zonepath}; {crash.NET}'])
        os.mkdir(zonepath, 0o700)
        for name in 'etc', 'usr', 'var/lib/dpkg':
            os.makedirs(f'{zonepath}/root/{name}')
        with open(f'{zonepath}/root/var/lib/dpkg/status', 'w', encoding='utf-8') as file:
            for i in range(300):
                file.write(f'Package: p{i}\nStatus: install ok installed\n'
                           f'Architecture: all\nVersion: {i}\n\n')
        with open(f'{crash.ZONES}/index', 'r+', encoding='utf-8') as file:
            text = file.read().replace('a:configured:', 'a:installed:')
            file.seek(0)
            file.write(text)

    def fail(self, where, why):
        sys.exit(f'{self.name}: killed before {where}: {why}\n'
                 f'{os.listdir(self.disk.zonepath)} {os.listdir(crash.ZONES)}')

    def must(self, where, *command):
        status, err = crash.run([*ZONEADM, *command])
        if status or err:
            self.fail(where, f'{command}: status {status}: {err}')

    def check_record(self, where):
        path = f'{self.disk.zonepath}/{RECORD}'
        status, err = crash.run(['xmllint', '--noout', '--nonet', '--nowarning', '--dtdvalid',
                                 self.dtd, path])
        with open(path, 'rb') as file:
            count = file.read().count(b'<package ')
        if status or count != 300:
            self.fail(where, f'the record is not whole: {count} packages, {err}')

    def check(self, where):
        """What the next commands find, and do. Returns the state."""
        status, err = crash.run([crash.ZONEADM, 'list', '-cv'])
        problems = registry.problems_of_registry()
        state = registry.read_index()[0]['a'][0]
        if status or err or problems or state not in ('configured', 'installed'):
            self.fail(where, f'status {status}, {err}, {problems}, state {state}')
        if describe(f'{self.disk.zonepath}/root') != self.tree:
            self.fail(where, 'the tree is not as it was')
        if state == 'configured':
            self.check_record(where)
            self.must(where, 'attach')
        if {'root'} < set(os.listdir(self.disk.zonepath)) - {RECORD, NEW}:
            self.fail(where, 'something else is in the zonepath')
        self.must(where, 'detach')
        self.check_record(where)
        self.must(where, 'attach')
        if os.listdir(self.disk.zonepath) != ['root']:
            self.fail(where, 'a record is left')
        return state

    def moments(self):
        self.disk.copy(self.disk.clean, self.disk.image)
        self.disk.mount()
        calls = crash.calls_of(self.command, self.disk.point[:-len('/disk')])
        self.disk.unmount()
        first = next(i for i, call in enumerate(calls)
                     if 'SUNWdetached' in call[2] or '.transaction' in call[2])
        calls = [call for call in calls[first:] if call[0] in crash.CHANGES | {'syncfs'}
                 or call[0] == 'openat' and 'O_CREAT' in call[2]]
        step = 1 if self.every else max(1, len(calls) // LIMIT)
        return calls[::step]

    def end_here(self, cut):
        """What happens behind the kill."""
        if cut:
            self.disk.cut()
        shutil.rmtree('/run/zones', ignore_errors=True)

    def one(self, call, cut):
        name, nth, text = call
        self.disk.copy(self.disk.clean, self.disk.image)
        self.disk.mount()
        status, err = crash.run(self.command, [
            '-o', '/dev/null', '-e', f'trace={name}',
            '-e', f'inject={name}:signal=SIGKILL:when={nth}'])
        where = f'{name} {nth}{", power cut" * cut}: {text[:80]}'
        if status not in (-9, 137):
            self.fail(where, f'it was not killed: status {status}: {err}')
        self.end_here(cut)
        state = self.check(where)
        self.kills['detached' if state == 'configured' else 'installed'] += 1
        self.disk.unmount()

    def run(self):
        for call in self.moments():
            for cut in False, True:
                self.one(call, cut)
        if not all(self.kills.values()):
            sys.exit(f'{self.name}: no kill before, or none behind the change: {self.kills}')
        # Success means that it is stored: the power fails at once.
        self.disk.copy(self.disk.clean, self.disk.image)
        self.disk.mount()
        crash.must(self.command)
        self.end_here(True)
        if self.check('nothing') != {'detach': 'configured', 'attach': 'installed'}[self.name]:
            self.fail('nothing', 'the command succeeded, and yet the old state is there')
        self.disk.unmount()
        print(f'{self.name}: {sum(self.kills.values())} kills, every other one with a power cut: '
              f'{self.kills}')


def main(work, kind, dtd, *arguments):
    disk = Disk(work, kind)
    for name in 'detach', 'attach':
        Campaign(name, disk, dtd, '--every' in arguments).run()


if __name__ == '__main__':
    main(*sys.argv[1:])
