"""
Kill zonecfg before each system call of a command that changes the registry; the next command must
leave what was there before, or what was to be there, and nothing else.

  crash.py WORK SCENARIO... [--every]

Without --every: only before calls that change something, from the first one in .transaction on.
Between two of these, a kill leaves the same files.
"""
import os
import re
import shutil
import subprocess
import sys

import registry

ZONES = registry.ZONES
ZONECFG, ZONEADM = os.environ['ZONECFG'], os.environ['ZONEADM']
NET = 'add net; set physical=eth0; set address=192.0.2.1; end'
# What is done, to which zone; which zones are there before.
SCENARIOS = {
    'first': ('new', 'create; set zonepath=/zones/new', []),
    'create': ('new', f'create; set zonepath=/zones/new; {NET}', ['a', 'b']),
    'change': ('a', f'set autoboot=true; set zonepath=/zones/other; {NET}', ['a', 'b']),
    'rename': ('a', 'set zonename=new; set bootargs=-s', ['a', 'b']),
    'delete': ('a', 'delete -F', ['a', 'b']),
    'anew': ('a', f'create -F -t b; set zonepath=/zones/new; {NET}', ['a', 'b']),
}
CALL = re.compile(r'(?:\d+ +)?(\w+)\((.*)')
CHANGES = {'mkdir', 'mkdirat', 'write', 'pwrite64', 'fchmod', 'fsync', 'rename', 'renameat',
           'renameat2', 'unlink', 'unlinkat', 'ftruncate', 'exit_group'}


def run(command, tracing=()):
    """The status of a command; -9 if it was killed."""
    tracer = ['strace', '-f', '-qq', *tracing] if tracing else []
    done = subprocess.run([*tracer, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, timeout=60, check=False)
    return done.returncode, done.stderr.decode()


def must(command):
    status, err = run(command)
    if status or err:
        sys.exit(f'{command}: status {status}: {err}')


def clear():
    for place in ZONES, '/run/zones':
        shutil.rmtree(place, ignore_errors=True)


def restore(state):
    """Put the registry into a saved state; without one there never was any."""
    clear()
    if state:
        shutil.copytree(state, ZONES)


def files():
    """Everything in the registry but the journal: {name: content}."""
    found = {}
    for name in os.listdir(ZONES) if os.path.isdir(ZONES) else []:
        if os.path.isfile(f'{ZONES}/{name}'):
            with open(f'{ZONES}/{name}', 'rb') as file:
                found[name] = file.read()
    return found


def journal():
    """What the journal holds, in a form that does not depend on random names."""
    folder = f'{ZONES}/.transaction'
    return tuple(sorted(name[16:] if '.' in name else name for name in os.listdir(folder))
                 if os.path.isdir(folder) else [])


def calls_of(command, work):
    """The system calls of a command in their order: [(name, how many of that name, text)]."""
    log = f'{work}/strace'
    run(command, ['-o', log])
    count, calls = {}, []
    with open(log, encoding='utf-8', errors='replace') as lines:
        for line in lines:
            match = CALL.match(line)
            if match and match[1] != 'execve':
                count[match[1]] = count.get(match[1], 0) + 1
                calls.append((match[1], count[match[1]], match[2]))
    return calls


def worth_a_kill(calls):
    """Those that change something, from the journal's first one on."""
    first = next((i for i, call in enumerate(calls) if '.transaction' in call[2]), 0)
    return [call for call in calls[first:]
            if call[0] in CHANGES or call[0] == 'openat' and 'O_CREAT' in call[2]]


class Campaign:
    """One scenario: its states before and after, and what was found."""

    def __init__(self, name, work, every):
        self.name, self.work, self.every = name, work, every
        self.state = None
        self.zone, commands, zones = SCENARIOS[name]
        self.command = [ZONECFG, '-z', self.zone, commands]
        self.kills = self.recoveries = 0
        self.outcomes = []
        self.half_done = {}
        clear()
        for zone in zones:
            must([ZONECFG, '-z', zone, f'create; set zonepath=/zones/{zone}'])
        self.before = files()
        if zones:
            self.state = f'{work}/{name}.before'
            shutil.copytree(ZONES, self.state)
        must(self.command)
        self.after = files()
        if self.before == self.after:
            sys.exit(f'{name}: changes nothing')

    def restore(self):
        """As it was before."""
        restore(self.state)

    def survive(self, where):
        """What happens between the kill and the next command."""

    def fail(self, where, why):
        sys.exit(f'{self.name}: killed before {where}: {why}\n{journal()} {sorted(files())}')

    def kill(self, command, call, outer=''):
        """Run a command that is killed before this call; what else fails is no kill."""
        name, nth, text = call
        status, err = run(command, ['-o', '/dev/null', '-e', f'trace={name}',
                                    '-e', f'inject={name}:signal=SIGKILL:when={nth}'])
        where = f'{outer}{name} {nth}: {text[:80]}'
        if status not in (-9, 137):
            self.fail(where, f'it was not killed: status {status}: {err}')
        self.kills += 1
        return where

    def check(self, where):
        """The next command puts all right; the zone can be used."""
        status, err = run([ZONEADM, 'list', '-cv'])
        self.recoveries += 1
        if status or err:
            self.fail(where, f'the next command: status {status}: {err}')
        found = files()
        if found not in (self.before, self.after):
            self.fail(where, 'neither the old nor the new state is there')
        problems = registry.problems_of_registry()
        if problems:
            self.fail(where, '; '.join(problems))
        new = found == self.after
        if not new:
            must(self.command)
            if files() != self.after:
                self.fail(where, 'the command, repeated, does something else')
        return new

    def run(self):
        """Kill it everywhere. The change happens at one point in time: before it old, then new."""
        self.restore()
        calls = calls_of(self.command, self.work)
        for call in calls if self.every else worth_a_kill(calls):
            self.restore()
            where = self.kill(self.command, call)
            self.survive(where)
            left = journal()
            if 'record' in left and left not in self.half_done:
                self.half_done[left] = f'{self.work}/{self.name}.{len(self.half_done)}'
                shutil.copytree(ZONES, self.half_done[left])
            new = self.check(where)
            if self.outcomes and self.outcomes[-1] and not new:
                self.fail(where, 'the old state, although an earlier kill left the new one')
            self.outcomes.append(new)
        if True not in self.outcomes or False not in self.outcomes:
            sys.exit(f'{self.name}: no kill hit a moment before, or none behind, the change')

    def run_recoveries(self):
        """The command that finishes a half-done change is killed everywhere, too."""
        command = [ZONEADM, 'list', '-c']
        if not self.half_done:
            sys.exit(f'{self.name}: no kill left a record')
        states = list(self.half_done.items())
        for left, state in states if self.every else states[:1]:
            restore(state)
            calls = calls_of(command, self.work)
            for call in calls if self.every else worth_a_kill(calls):
                restore(state)
                where = self.kill(command, call, f'{left}: recovery: ')
                if not self.check(where):
                    self.fail(where, 'the change was recorded, and is lost')

    def report(self):
        print(f'{self.name}: {self.kills} kills, {self.outcomes.count(False)} before the change, '
              f'{self.outcomes.count(True)} behind it, {len(self.half_done)} kinds of half-done')


def main(work, *arguments):
    every = '--every' in arguments
    for name in [word for word in arguments if word != '--every'] or SCENARIOS:
        campaign = Campaign(name, work, every)
        campaign.run()
        campaign.run_recoveries()
        campaign.report()


if __name__ == '__main__':
    main(*sys.argv[1:])
