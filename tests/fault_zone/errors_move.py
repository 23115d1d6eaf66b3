"""
Let each system call of zoneadm fail once that changes something, in a command for whole zones, as a
full disk or a broken one does. Either the command has done it all the same, or its status is 1, it
says why, and the zone is what it was; what it could not undo the next command does.

  errors_move.py WORK FOLDER OTHER SCENARIO... [--every]

SCENARIO: see zones.py; without --every about LIMIT calls of each. All that is wrong is told, not only
the first.
"""
import sys

import crash
import crash_move
import zones

LIMIT = 8
CAUSES = {'EIO': 'Input/output error', 'ENOSPC': 'No space left on device'}
# What ext4 says of an attribute that does not fit beside the others, too.
NO_ROOM = 'the new place cannot hold '


class Failing(crash_move.Campaign):
    """A scenario in which calls fail."""

    def __init__(self, name, work, scenario, every):
        super().__init__(name, work, scenario, every)
        self.limit = None if every else LIMIT
        self.failures, self.errors = [], 0
        self.succeeded = self.undone = self.left = 0

    def fail(self, where, why):
        self.failures.append(f'{self.name}: {where}: {why}')

    def fail_call(self, moment, error):
        name, nth = moment
        self.scenario.reset()
        status, err = crash.run(self.scenario.command, [
            '-o', f'{self.work}/failed', '-e', f'trace={name}',
            '-e', f'inject={name}:error={error}:when={nth}'])
        with open(f'{self.work}/failed', encoding='utf-8', errors='replace') as file:
            injected = [line for line in file if 'INJECTED' in line]
        if not injected:
            self.missed += 1
            return
        self.errors += 1
        self.check_result(f'{error} of {injected[0].strip()[:120]}', status, err, CAUSES[error])

    def check_result(self, where, status, err, cause):
        named = cause in err or cause == CAUSES['ENOSPC'] and NO_ROOM in err
        if status not in (0, 1) or status == 1 and not named:
            self.fail(where, f'status {status}: {err}')
        self.problems_if(where, self.scenario.problems_before_recovery(), err)
        new, problems = self.scenario.outcome()
        if status == 0:
            self.succeeded += 1
            self.problems_if(where, problems or [] if new else ['success in the old state'], err)
            return
        if not problems:
            self.undone += not new
            self.left += new
            if new:
                self.problems_if(where, self.told(err), err)
            return
        # What it could not undo or finish, it says, and the next command does.
        self.left += 1
        status, more = crash.run(self.scenario.recovery)
        new, problems = self.scenario.outcome()
        if status or zones.INTERRUPTED.sub('', more):
            problems.append(f'the recovery: status {status}: {more}')
        self.problems_if(where, problems, err)

    @staticmethod
    def told(err):
        """The new state is there, and the status is 1."""
        words = 'was finished', 'is decided and recorded', 'interrupted', 'is at'
        return [] if any(word in err for word in words) else ['the new state, and not a word of it']

    def problems_if(self, where, problems, err):
        if problems:
            self.fail(where, f'{"; ".join(problems)}: it said: {err}')

    def run(self):
        self.scenario.reset()
        moments = crash_move.moments_of(self.scenario.command, self.work)
        moments = [moment for moment in moments if moment[0] not in ('exit_group', 'write')]
        for i, moment in enumerate(crash_move.sample(moments, self.limit)):
            for error in CAUSES if not self.limit else [sorted(CAUSES)[i % 2]]:
                self.fail_call(moment, error)

    def report(self):
        print(f'{self.name}: {self.errors} errors, {self.missed} calls that did not come; '
              f'{self.succeeded} times done all the same, {self.undone} times as before, '
              f'{self.left} times done or left, with status 1')


def main(work, folder, other, *arguments):
    every, failures = '--every' in arguments, []
    for name in [word for word in arguments if word != '--every'] or zones.SCENARIOS:
        campaign = Failing(name, work, zones.SCENARIOS[name](folder, other), every)
        campaign.run()
        campaign.report()
        failures += campaign.failures
    sys.exit('\n'.join(failures) or 0)


if __name__ == '__main__':
    main(*sys.argv[1:])
