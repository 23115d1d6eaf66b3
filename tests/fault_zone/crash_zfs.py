"""
Kill zoneadm before each of its own system calls that changes something or waits for a program that
it runs, on ZFS: the zfs commands that it has begun go on, or are killed with it; the daemon of
zfs-fuse lives. Then as crash_move.py does; and no dataset or snapshot is left.

  crash_zfs.py WORK POOL FOLDER SCENARIO... [--every]

POOL: where the pool tank is mounted; FOLDER: a directory elsewhere.
"""
import os
import signal
import subprocess
import sys
import time

import crash
import crash_move
import zones

LIMIT = 4
WAITS = {'wait4', 'waitid', 'poll', 'read', 'clone', 'clone3', 'vfork', 'pipe2'}
WHOLE_SECONDS = 1700000000


def zfs(*arguments):
    done = subprocess.run(['zfs', *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)
    return done.stdout.decode().splitlines() if done.returncode == 0 else None


def make_tree(root):
    """What zfs-fuse can keep: it has no flags, no ACLs as Linux has them, and whole seconds."""
    os.makedirs(f'{root}/etc/ssh')
    for name, text in (('etc/hostname', 'a\n'), ('etc/machine-id', zones.MACHINE_ID),
                       ('etc/ssh/ssh_host_rsa_key', 'secret\n'), ('new\nline "\'$', '')):
        with open(f'{root}/{name}', 'w', encoding='utf-8') as file:
            file.write(text)
    with open(f'{root}/etc/large', 'wb') as file:
        file.write(os.urandom(300000))
    os.link(f'{root}/etc/large', f'{root}/etc/linked')
    os.symlink('/etc/passwd', f'{root}/symlink')
    for name in reversed(zones.names_below(root)):
        os.utime(f'{root}/{name}', (WHOLE_SECONDS, WHOLE_SECONDS), follow_symlinks=False)


class OnZfs(zones.Scenario):
    """What is the same for all that is done in the pool, which is folder or other."""

    def is_in_pool(self, path):
        return os.path.dirname(path) == POOL

    def make_zonepath(self):
        if self.is_in_pool(self.source):
            zfs('create', 'tank/a')
        else:
            os.mkdir(self.source)
        os.chmod(self.source, 0o700)
        make_tree(f'{self.source}/root')
        os.utime(self.source, (WHOLE_SECONDS, WHOLE_SECONDS))

    def reset(self):
        for _ in range(100):
            names = zfs('list', '-H', '-o', 'name', '-r', 'tank')[1:]
            if not names:
                break
            # Somebody who was killed may still be at it.
            if any(zfs('destroy', '-R', '-f', name) is None for name in names):
                time.sleep(0.05)
        super().reset()

    def stands(self, trees):
        problems = super().stands(trees)
        if problems:
            # zfs-fuse now and then unmounts once more what it was told to unmount a while ago.
            zfs('mount', '-a')
            problems = super().stands(trees)
        names = zfs('list', '-H', '-o', 'name', '-r', '-t', 'filesystem,snapshot', 'tank')
        expected = ['tank'] + [f'tank/{os.path.basename(path)}' for path in trees
                               if self.is_in_pool(path)]
        if self.is_in_pool(f'{self.source}') and self.target in trees and self.new_zone == 'b':
            expected.append('tank/a@SUNWzone1')
        if sorted(names) != sorted(expected):
            problems.append(f'there are {names}')
        return problems


class Rename(OnZfs, zones.Rename):
    """zfs rename."""

    def problems_before_recovery(self):
        """It is not mounted while it gets its new name."""
        names = zfs('list', '-H', '-o', 'name', '-r', 'tank')
        return [] if 'tank/a' in names or 'tank/moved' in names else ['the dataset is nowhere']


class Uninstall(OnZfs, zones.Uninstall):
    """zfs destroy."""


class Snapshot(OnZfs, zones.Snapshot):
    """zfs snapshot and clone."""


class Copy(OnZfs, zones.Copy):
    """Out of the pool, or into it."""


SCENARIOS = {'rename': Rename, 'uninstall': Uninstall, 'snapshot': Snapshot, 'copy': Copy,
             'into': Copy}


class ZfsCampaign(crash_move.Campaign):
    """Killed alone, or with all that it has begun."""

    def trace(self, command, options):
        """The status; what it has begun may still be at work."""
        with open(f'{self.work}/err', 'wb') as err:
            process = subprocess.Popen(['strace', '-qq', *options, *command], stderr=err,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       start_new_session=True)
            return process.wait(), process.pid

    def moments(self, command):
        log, count, moments = f'{self.work}/strace', {}, []
        self.trace(command, ['-o', log])
        with open(log, encoding='utf-8', errors='replace') as lines:
            for line in lines:
                match = crash.CALL.match(line)
                if not match or match[1] not in crash_move.CHANGES | WAITS:
                    continue
                count[match[1]] = count.get(match[1], 0) + 1
                if not crash_move.LOOKS.get(match[1], crash_move.NEVER).match(match[2]):
                    moments.append((match[1], count[match[1]]))
        return moments

    def kill(self, command, moment, outer=''):
        name, nth = moment
        together = (self.kills + self.recovery_kills) % 2
        status, group = self.trace(command, [
            '-o', '/dev/null', '-e', f'trace={name}',
            '-e', f'inject={name}:signal=SIGKILL:when={nth}'])
        if together:
            try:
                os.killpg(group, signal.SIGKILL)
            except ProcessLookupError:
                pass
        where = f'{outer}{name} {nth}{", with its children" if together else ""}'
        if status not in (0, -9, 137):
            with open(f'{self.work}/err', encoding='utf-8') as err:
                self.fail(where, f'it was not killed: status {status}: {err.read()}')
        return status != 0, where


def main(work, pool, folder, *arguments):
    global POOL
    POOL = pool
    every = '--every' in arguments
    for name in [word for word in arguments if word != '--every'] or SCENARIOS:
        folders = (folder, pool) if name == 'into' else (pool, folder)
        campaign = ZfsCampaign(name, work, SCENARIOS[name](*folders), every)
        campaign.limit = None if every else LIMIT
        campaign.run()
        campaign.run_recoveries()
        campaign.report()


if __name__ == '__main__':
    main(*sys.argv[1:])
