"""
Cut the power in the middle of a command that changes whole zones: it is killed before a system call,
and all that the disks were not told to flush is gone; of all three disks, that of the registry, FOLDER
and OTHER, or of one of them only. Then the zone is whole, and the next command leaves the old state or
the new one, which a second cut does not change; so does a cut after success.

  power_move.py WORK KIND KIND SCENARIO... [--every]

KIND: the file systems of FOLDER and OTHER; SCENARIO: see zones.py. Without --every at about LIMIT
moments of each.
"""
import os
import re
import sys

import crash
import crash_move
import disks
import zones

LIMIT = 5
REMOVAL = re.compile(r'unlinkat .*\.[0-9a-f]{16}", AT_REMOVEDIR|ioctl .*SNAP_DESTROY')


class PowerCut(crash_move.Campaign):
    """A scenario on disks whose power is cut."""

    def __init__(self, name, work, drives, every):
        folders = [f'{disk.point}/zones' for disk in drives[1:]]
        super().__init__(name, work, zones.SCENARIOS[name](*folders), every)
        self.disks = drives
        self.limit = None if every else LIMIT
        self.cuts = 0
        for folder in folders:
            os.makedirs(folder, mode=0o755, exist_ok=True)
        os.chmod(zones.ZONES, 0o755)
        self.scenario.reset()
        for disk in drives:
            disk.keep()

    def restore(self):
        for disk in self.disks:
            disk.restore()
        crash.shutil.rmtree('/run/zones', ignore_errors=True)

    def choices(self, i):
        """Which disks lose their power at this moment."""
        both = [self.disks, [self.disks[i // 2 % len(self.disks)]]]
        return [both[i % 2]] if self.limit else both

    def cut(self, which):
        disks.cut(which)
        self.cuts += 1

    def removed(self, command):
        """The call that brings a removal to storage: the next one of a name behind it."""
        log, last = f'{self.work}/strace', None
        crash.run(command, ['-o', log])
        count = {}
        with open(log, encoding='utf-8', errors='replace') as lines:
            for line in lines:
                match = crash_move.CALL.match(line)
                if not match:
                    continue
                pid, name, text = match.groups()
                count[pid, name] = count.get((pid, name), 0) + 1
                if REMOVAL.match(f'{name} {text}'):
                    last = 'removal'
                elif last == 'removal' and (name == 'fsync' or 'SYNC' in text):
                    last = name, count[pid, name]
        return last

    def try_removal(self, before):
        """
        The command, or if it is killed before a call its recovery, is killed when all is removed,
        and that is not on storage yet; the next one must bring it there.
        """
        self.restore()
        command = self.scenario.command
        if before:
            self.kill(command, before)
            command = self.scenario.recovery
        moment = self.removed(command)
        if not moment:
            return
        self.restore()
        if before:
            self.kill(self.scenario.command, before)
        killed, where = self.kill(command, moment, 'the removal is stored: ')
        self.kills += killed
        status, err = crash.run(self.scenario.recovery)
        if status or not killed:
            self.fail(where, f'the recovery: status {status}: {err}')
        new, _ = self.scenario.outcome()
        self.must_stay(where, new)

    def must_stay(self, where, was_new):
        """All disks lose their power again: what a command has told of is there."""
        self.cut(self.disks)
        # The journal's files that went before the cut may be back until somebody looks.
        self.check_alive(where)
        new, problems = self.scenario.outcome()
        if new != was_new:
            problems.append(f'the {"new" if was_new else "old"} state is lost')
        if problems:
            self.fail(f'{where}, and again', '; '.join(problems))

    def try_moment(self, moment, which, by_repeating):
        self.restore()
        killed, where = self.kill(self.scenario.command, moment)
        self.kills += killed
        self.missed += not killed
        where = f'{where}, cutting {[disk.name for disk in which]}'
        self.cut(which)
        self.check_alive(where)
        command = self.scenario.command if by_repeating else self.scenario.recovery
        status, err = crash.run(command)
        new, problems = self.scenario.outcome()
        if not killed and not new:
            problems.append('the command succeeded, and yet the old state is there')
        if (status or zones.INTERRUPTED.sub('', err)) and not (by_repeating and new):
            problems.append(f'the next command: status {status}: {err}')
        if problems:
            self.fail(where, '; '.join(problems))
        self.old += not new
        self.new += new
        self.must_stay(where, new)

    def run_to_the_end(self):
        self.restore()
        status, err = crash.run(self.scenario.command)
        if status:
            self.fail('nothing', f'status {status}: {err}')
        self.must_stay('success', True)

    def run(self):
        self.run_to_the_end()
        self.try_removal(None)
        self.try_removal(('syncfs', 1))
        self.restore()
        moments = crash_move.moments_of(self.scenario.command, self.work)
        for i, moment in enumerate(crash_move.sample(moments, self.limit)):
            for which in self.choices(i):
                self.try_moment(moment, which, i % 3 == 2)
        if not self.limit and not (self.old and self.new):
            sys.exit(f'{self.name}: no cut before, or none behind, the change')

    def report(self):
        print(f'{self.name}: {self.kills} kills, {self.missed} moments that did not come, '
              f'{self.cuts} power cuts; after the first {self.old} times the old state, '
              f'{self.new} times the new one')


def main(work, kind, other_kind, *arguments):
    every = '--every' in arguments
    drives = [disks.Disk(work, 'registry', 'ext4', zones.ZONES),
              disks.Disk(work, 'folder', kind, f'{work}/folder'),
              disks.Disk(work, 'other', other_kind, f'{work}/other')]
    for disk in drives:
        disk.make()
    for name in [word for word in arguments if word != '--every'] or zones.SCENARIOS:
        campaign = PowerCut(name, work, drives, every)
        campaign.run()
        campaign.report()
    for disk in drives:
        disk.remove()


if __name__ == '__main__':
    main(*sys.argv[1:])
