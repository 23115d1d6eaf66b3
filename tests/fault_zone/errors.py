"""
Each system call of a change of the registry fails once: the command says so, and what it says about
the result is true.

  errors.py WORK SCENARIO... [--every]      as for crash.py
"""
import sys

import crash

DECIDED = 'is decided and recorded'
FILE_CALLS = (crash.CHANGES - {'exit_group'}) | {
    'openat', 'read', 'pread64', 'fstat', 'newfstatat', 'close', 'flock', 'getdents64', 'getrandom',
    'fcntl', 'lseek'}


class Failing(crash.Campaign):
    """A scenario in which calls fail. All that is wrong is told, not only the first."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.failures = []

    def fail(self, where, why):
        self.failures.append(f'{self.name}: {where}: {why}')

    def fail_call(self, call, error):
        name, nth, text = call
        status, err = crash.run(self.command, [
            '-o', '/dev/null', '-e', f'trace={name}',
            '-e', f'inject={name}:error={error}:when={nth}'])
        where = f'{name} {nth}: {text[:80]}: {error}'
        self.kills += 1
        if status not in (0, 1) or status == 1 and not err:
            self.fail(where, f'status {status}: {err}')
        return where, status, err

    def check_result(self, where, status, err):
        new = self.check(where)
        if status == 0 and not new:
            self.fail(where, 'success, and yet the old state is there')
        if status == 1 and new != (DECIDED in err):
            self.fail(where, f'the {"new" if new else "old"} state is there, and it said: {err}')
        self.outcomes.append(new)

    def run(self):
        self.restore()
        calls = crash.calls_of(self.command, self.work)
        begin = '"zones"' if self.every else '.transaction'
        first = next(i for i, call in enumerate(calls) if begin in call[2])
        for call in calls[first:]:
            for error in ('EIO', 'ENOSPC') if self.every else ('EIO',):
                if call[0] in FILE_CALLS:
                    self.restore()
                    self.check_result(*self.fail_call(call, error))


def main(work, *arguments):
    every, failures = '--every' in arguments, []
    for name in [word for word in arguments if word != '--every'] or crash.SCENARIOS:
        campaign = Failing(name, work, every)
        campaign.run()
        print(f'{name}: {campaign.kills} errors, '
              f'{campaign.outcomes.count(True)} times done all the same')
        failures += campaign.failures
    sys.exit('\n'.join(failures) or 0)


if __name__ == '__main__':
    main(*sys.argv[1:])
