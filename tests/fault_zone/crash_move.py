"""
Kill zoneadm before each system call that changes something, and the recovery as well: at each moment
the zone is whole in one place, and the next command leaves the old state or the new one, which the
registry knows, and nothing else.

  crash_move.py WORK FOLDER OTHER SCENARIO... [--every]

SCENARIO: see zones.py; without --every at about LIMIT moments of each, and LIMIT of its recoveries.
"""
import glob
import os
import re
import sys

import crash
import zones

LIMIT = 16
CALL = re.compile(r'(\d+) +(\w+)\((.*)')
CHANGES = crash.CHANGES | {
    'rmdir', 'mknod', 'mknodat', 'symlink', 'symlinkat', 'link', 'linkat', 'chmod', 'chown',
    'fchown', 'fchownat', 'fchmodat', 'utimensat', 'setxattr', 'lsetxattr', 'fsetxattr',
    'removexattr', 'lremovexattr', 'fremovexattr', 'syncfs', 'fdatasync', 'sync_file_range',
    'truncate', 'fallocate', 'copy_file_range', 'sendfile', 'io_uring_enter', 'pwritev', 'pwritev2',
    'ioctl', 'mount', 'umount2', 'openat'}
# Of these not all change something.
LOOKS = {'openat': re.compile('(?!.*O_CREAT|.*O_TRUNC)'),
         'ioctl': re.compile(r'[^,]*, \w*(GET|INFO|SEARCH|LOOKUP|MAP)')}
NEVER = re.compile('$.')
CHILD_KILLED = 'was killed by signal 9'


def moments_of(command, work):
    """The calls that change something, [(name, which of one thread's calls of that name)]."""
    log, count, moments = f'{work}/strace', {}, set()
    crash.run(command, ['-o', log])
    with open(log, encoding='utf-8', errors='replace') as lines:
        for line in lines:
            match = CALL.match(line)
            if not match or match[2] not in CHANGES:
                continue
            nth = count[match[2], match[1]] = count.get((match[2], match[1]), 0) + 1
            if not LOOKS.get(match[2], NEVER).match(match[3]):
                moments.add((match[2], nth))
    return sorted(moments)


def sample(moments, limit):
    """Some of them, spread over all; limit None: all."""
    step = max(1, len(moments) / limit) if limit else 1
    return [moments[int(i * step)] for i in range(int(len(moments) / step))]


class Campaign:
    """One scenario, and what was found."""

    def __init__(self, name, work, scenario, every):
        self.name, self.work, self.scenario = name, work, scenario
        self.limit = None if every else LIMIT
        self.kills = self.missed = self.recovery_kills = self.old = self.new = 0
        self.half_done = {}

    def fail(self, where, why):
        sys.exit(f'{self.name}: killed before {where}: {why}\n{self.kind()}\n'
                 f'{[os.listdir(folder) for folder in self.scenario.folders]}')

    def kind(self):
        """What the dead command left, without names and numbers that differ each time."""
        record = ''
        for path in glob.glob(f'{zones.ZONES}/*.operation'):
            with open(path, encoding='utf-8') as file:
                record += re.sub(r'=[1-9]\d*$', '=N', file.read(), flags=re.M)
        names = [f'{folder}/{name}' for folder in self.scenario.folders
                 for name in os.listdir(folder)]
        text = f'{record} {crash.journal()} {sorted(names)}'
        return re.sub(r'\.[0-9a-f]{16}', '.X', text)

    def kill(self, command, moment, outer=''):
        """Whether a command was killed at a moment, which it may not come to; and where."""
        name, nth = moment
        status, err = crash.run(command, [
            '-o', '/dev/null', '-e', f'trace={name}',
            '-e', f'inject={name}:signal=SIGKILL:when={nth}'])
        where = f'{outer}{name} {nth}'
        # Where it was a child that was killed, its parent undoes what it did.
        if status not in (0, -9, 137) and not (status == 1 and CHILD_KILLED in err):
            self.fail(where, f'it was not killed: status {status}: {err}')
        return status != 0, where

    def check_alive(self, where):
        """Between the kill and the next command; whoever lists the zones gets an answer."""
        problems = self.scenario.problems_before_recovery()
        status, err = crash.run([crash.ZONEADM, 'list', '-cv'])
        if status or err:
            problems.append(f'zoneadm list: status {status}: {err}')
        if problems:
            self.fail(where, '; '.join(problems))

    def recover(self, where, by_repeating):
        """By the command for it, or by any other one, such as the same again."""
        scenario = self.scenario
        status, err = crash.run(scenario.command if by_repeating else scenario.recovery)
        if not by_repeating and (status or zones.INTERRUPTED.sub('', err)):
            self.fail(where, f'the recovery: status {status}: {err}')
        new, problems = scenario.outcome()
        if by_repeating and (status not in (0, 1) or not new):
            problems.append(f'the command, repeated: status {status}: {err}')
        if problems:
            self.fail(where, '; '.join(problems))
        if by_repeating:
            return
        self.old += not new
        self.new += new
        if not new:
            status, err = crash.run(scenario.command)
            new, problems = scenario.outcome()
            if status or not new or problems:
                self.fail(where, f'the command, once more: status {status}: {err}{problems}')

    def moments(self, command):
        return moments_of(command, self.work)

    def run(self):
        self.scenario.reset()
        moments = sample(self.moments(self.scenario.command), self.limit)
        for i, moment in enumerate(moments):
            self.scenario.reset()
            killed, where = self.kill(self.scenario.command, moment)
            self.kills += killed
            self.missed += not killed
            self.check_alive(where)
            if killed and '.operation' in str(os.listdir(zones.ZONES)):
                self.half_done.setdefault(self.kind(), moment)
            self.recover(where, i % 4 == 3)
        if not self.limit and not (self.old and self.new):
            sys.exit(f'{self.name}: no kill before, or none behind, the change')

    def run_recoveries(self):
        """Each kind of half-done is made again, and its recovery killed everywhere."""
        todo = []
        for moment in self.half_done.values():
            self.scenario.reset()
            if self.kill(self.scenario.command, moment)[0]:
                todo += [(moment, call)
                         for call in self.moments(self.scenario.recovery)]
        for moment, call in sample(todo, self.limit):
            self.scenario.reset()
            self.kill(self.scenario.command, moment)
            killed, where = self.kill(self.scenario.recovery, call, f'{moment}: recovery: ')
            self.recovery_kills += killed
            self.check_alive(where)
            self.recover(where, False)

    def report(self):
        print(f'{self.name}: {self.kills} kills, {self.missed} moments that did not come, '
              f'{len(self.half_done)} kinds of half-done, {self.recovery_kills} kills of their '
              f'recoveries; then {self.old} times the old state, {self.new} times the new one')


def main(work, folder, other, *arguments):
    every = '--every' in arguments
    for name in [word for word in arguments if word != '--every'] or zones.SCENARIOS:
        campaign = Campaign(name, work, zones.SCENARIOS[name](folder, other), every)
        campaign.run()
        campaign.run_recoveries()
        campaign.report()


if __name__ == '__main__':
    main(*sys.argv[1:])
