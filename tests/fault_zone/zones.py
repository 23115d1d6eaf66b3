"""
Commands that change whole zones, for those who kill them, cut their power or let their calls fail:
what is there before each of them, and the two states of which one must be there afterwards, all of
it and nothing else.

FOLDER and OTHER are the two directories that zonepaths are in, on two file systems.
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

import crash
import registry

ZONES = registry.ZONES
UUID = '01234567-89ab-4def-8123-456789abcdef'
MACHINE_ID = '0123456789abcdef0123456789abcdef\n'
GETFLAGS, IMMUTABLE = 0x80086601, 0x10
ANYTHING = 'anything'  # an object that is there, however it is
OPTIONAL = 'optional'  # one that may be there, or not
MANIFEST = 'SUNWdetached.xml'
SUBVOLUME_INODE = 256
INTERRUPTED = re.compile('zoneadm: an interrupted .*\n')


# ---- trees ----

def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def is_btrfs(path):
    return subprocess.run(['stat', '-f', '-c', '%T', path], stdout=subprocess.PIPE,
                          check=True).stdout == b'btrfs\n'


def make_tree(root):
    """Something of everything, small; somebody's system."""
    os.makedirs(f'{root}/etc/deep', mode=0o755)
    os.mkdir(f'{root}/etc/ssh')
    for name, size in ('etc/hostname', 7), ('etc/large', 300000), ('new\nline "\'$', 1):
        with open(f'{root}/{name}', 'wb') as file:
            file.write(os.urandom(size))
    for name, text in ('etc/machine-id', MACHINE_ID), ('etc/ssh/ssh_host_rsa_key', 'secret\n'):
        with open(f'{root}/{name}', 'w', encoding='utf-8') as file:
            file.write(text)
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
    run('setfacl', '-m', 'u:1000:r', f'{root}/sparse')
    run('chattr', '+i', f'{root}/etc/large', f'{root}/etc/deep')


def make_subvolumes(root):
    """One in the other, with files."""
    for name in 'srv', 'srv/inner':
        run('btrfs', '-q', 'subvolume', 'create', f'{root}/{name}')
        with open(f'{root}/{name}/file', 'wb') as file:
            file.write(os.urandom(5000))


def is_immutable(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        flags = fcntl.ioctl(fd, GETFLAGS, bytes(8))
    except OSError:
        return False  # this file system has no flags
    finally:
        os.close(fd)
    return bool(struct.unpack('l', flags)[0] & IMMUTABLE)


def xattrs(path):
    try:
        names = sorted(os.listxattr(path, follow_symlinks=False))
    except OSError:
        return []  # this file system has none
    return [(name, os.getxattr(path, name, follow_symlinks=False))
            for name in names if not name.startswith('trusted.SGI_')]


def describe_object(path, name, first):
    """All that is to be kept of one object; first knows the first name of each."""
    status = os.lstat(path)
    mode = status.st_mode
    told = [mode, status.st_uid, status.st_gid, status.st_rdev, status.st_mtime_ns]
    told += xattrs(path)
    if stat.S_ISREG(mode):
        with open(path, 'rb') as file:
            told.append(hashlib.sha256(file.read()).digest())
    if stat.S_ISLNK(mode):
        told.append(os.readlink(path))
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        told.append(is_immutable(path))
    if not stat.S_ISDIR(mode):
        told.append(first.setdefault((status.st_dev, status.st_ino), name))
    return told


def names_below(path):
    names = ['.']
    for folder, folders, files in os.walk(path):
        names += [os.path.relpath(f'{folder}/{name}', path) for name in folders + files]
    return sorted(names)


def describe(path):
    """A tree, {name: what is to be kept}; None: there is none."""
    if not os.path.isdir(path):
        return None
    first = {}
    return {name: describe_object(f'{path}/{name}', name, first) for name in names_below(path)}


def subvolumes(path):
    if not is_btrfs(path):
        return []
    return [name for name in names_below(path)
            if os.lstat(f'{path}/{name}').st_ino == SUBVOLUME_INODE]


def differences(found, expected):
    """Between two trees: names, a few of them."""
    if found is None or expected is None:
        return [] if found == expected else ['.']
    return [name for name in sorted(found.keys() | expected.keys())
            if expected.get(name) != OPTIONAL
            and (name not in found or name not in expected
                 or found[name] != expected[name] and expected[name] != ANYTHING)][:5]


def as_clone(tree):
    """What a clone of it is."""
    clone = {name: told for name, told in tree.items()
             if name not in ('root/etc/hostname', 'root/etc/ssh/ssh_host_rsa_key')}
    for changed in 'root/etc', 'root/etc/ssh', 'root/etc/machine-id':
        clone[changed] = ANYTHING
    return clone


def is_nobody(path):
    with open(f'{path}/root/etc/machine-id', encoding='utf-8') as file:
        return file.read() == 'uninitialized\n'


def empty(folder):
    subprocess.run(['chattr', '-R', '-f', '-i', folder], check=False, stderr=subprocess.DEVNULL)
    for name in os.listdir(folder):
        shutil.rmtree(f'{folder}/{name}')


# ---- the zones ----

def configure(zone, path):
    status, err = crash.run([crash.ZONECFG, '-z', zone, f'create; set zonepath={path}'])
    if status:
        raise RuntimeError(f'zonecfg: {err}')


def set_installed(zone):
    with open(f'{ZONES}/index', encoding='utf-8') as file:
        text = file.read()
    with open(f'{ZONES}/index', 'w', encoding='utf-8') as file:
        file.write(re.sub(f'^{zone}:configured:([^:]*):', f'{zone}:installed:\\1:{UUID}', text,
                          flags=re.M))


class Scenario:
    """What one command does to the zone a at FOLDER/a; then another zone, or none, is there."""

    new_zone = 'a'
    what = None

    def __init__(self, folder, other):
        self.folders = folder, other
        self.source = f'{folder}/a'
        self.target = None
        self.place(folder, other)
        self.command = [crash.ZONEADM, '-z', self.new_zone, *self.arguments()]
        self.recovery = [crash.ZONEADM, '-z', self.new_zone, 'recover']
        self.tree = None

    def place(self, folder, other):
        """Set target."""

    def arguments(self):
        raise NotImplementedError

    def prepare(self):
        """An installed zone, in folders and a registry that are empty."""
        configure('a', self.source)
        self.make_zonepath()
        set_installed('a')
        self.tree = describe(self.source)

    def make_zonepath(self):
        """That of the zone a."""
        if is_btrfs(self.folders[0]):
            run('btrfs', '-q', 'subvolume', 'create', self.source)
            os.chmod(self.source, 0o700)
        else:
            os.mkdir(self.source, 0o700)
        make_tree(f'{self.source}/root')
        if is_btrfs(self.folders[0]) and self.nests():
            make_subvolumes(f'{self.source}/root')

    def nests(self):
        """Whether subvolumes in the zonepath are no obstacle."""
        return True

    def reset(self):
        crash.clear()
        for folder in self.folders:
            empty(folder)
        self.prepare()

    def old(self):
        """The zones, {name: (state, zonepath)}, and the trees {zonepath: tree}."""
        return {'a': ('installed', self.source)}, {self.source: self.tree}

    def new(self):
        raise NotImplementedError

    def problems_before_recovery(self):
        """What must be so right after the kill: the zone is whole somewhere."""
        return []

    def stands(self, trees):
        """What is wrong with the trees that are there."""
        found = {path for folder in self.folders
                 for path in glob.glob(f'{folder}/.*') + glob.glob(f'{folder}/*')}
        found -= {f'{folder}/lost+found' for folder in self.folders}
        problems = [f'{path} is not expected' for path in sorted(found - trees.keys())]
        problems += [f'{path} is missing' for path in sorted(trees.keys() - found)]
        for path in sorted(found & trees.keys()):
            wrong = differences(describe(path), trees[path])
            if wrong:
                problems.append(f'{path} is not what it should be: {wrong}')
        return problems

    def outcome(self):
        """Whether the new state is there, and the problems: it must be that or the old one."""
        problems = registry.problems_of_registry()
        zones, more = registry.read_index()
        found = {name: fields[:2] for name, fields in zones.items()}
        problems += more + [f'{name}.operation is left' for name in os.listdir(ZONES)
                            if name.endswith('.operation')]
        for name, (state, _, uuid) in zones.items():
            if bool(uuid) != (state == 'installed'):
                problems.append(f'{name} is {state} and has the uuid {uuid!r}')
        if len({fields[2] for fields in zones.values() if fields[2]}) < sum(
                fields[0] == 'installed' for fields in zones.values()):
            problems.append('two zones have one uuid')
        for new, (expected, trees) in enumerate((self.old(), self.new())):
            if found == expected:
                return bool(new), problems + self.stands(trees)
        return False, problems + [f'the index has {zones}']


class Move(Scenario):
    """To another name: whole at one of the two, always."""

    def arguments(self):
        return ['move', self.target]

    def new(self):
        return {'a': ('installed', self.target)}, {self.target: self.tree}

    def problems_before_recovery(self):
        if all(differences(describe(path), self.tree) for path in (self.source, self.target)):
            return ['the zone is whole nowhere']
        return []


class Rename(Move):
    """Inside a file system."""

    def place(self, folder, other):
        self.target = f'{folder}/moved'


class Copy(Move):
    """To another file system."""

    def place(self, folder, other):
        self.target = f'{other}/moved'

    def nests(self):
        return False


class Uninstall(Scenario):
    """Its files go."""

    def arguments(self):
        return ['uninstall', '-F']

    def new(self):
        return {'a': ('configured', self.source)}, {}


class Clone(Scenario):
    """To another file system, by copying: there, whole and nobody yet, or not at all."""

    new_zone = 'b'

    def place(self, folder, other):
        self.target = f'{other}/b'

    def arguments(self):
        return ['clone', 'a']

    def nests(self):
        return False

    def prepare(self):
        super().prepare()
        configure('b', self.target)

    def old(self):
        zones, trees = super().old()
        return {**zones, 'b': ('configured', self.target)}, trees

    def new(self):
        zones, trees = super().old()
        return ({**zones, 'b': ('installed', self.target)},
                {**trees, self.target: as_clone(self.tree)})

    def problems_before_recovery(self):
        return [f'the source differs: {name}'
                for name in differences(describe(self.source), self.tree)]

    def stands(self, trees):
        problems = super().stands(trees)
        if not problems and self.target in trees:
            if not is_nobody(self.target):
                problems.append('the clone has an identity')
            if (is_btrfs(self.source) and is_btrfs(self.target)
                    and subvolumes(self.source) != subvolumes(self.target)):
                problems.append(f'the clone has the subvolumes {subvolumes(self.target)}')
        return problems


class Snapshot(Clone):
    """On the same file system: shared, where it can."""

    def place(self, folder, other):
        self.target = f'{folder}/b'

    def nests(self):
        return True

    def new(self):
        """The kernel leaves out what is nested: it is put in again, which shows above it."""
        zones, trees = super().new()
        for name in subvolumes(self.source):
            trees[self.target][os.path.dirname(name) or '.'] = ANYTHING
        return zones, trees


class Install(Scenario):
    """From a directory, FOLDER/system/root."""

    def place(self, folder, other):
        self.source, self.target = f'{folder}/system', f'{other}/a'

    def arguments(self):
        return ['install', '-m', 'directory', f'{self.source}/root']

    def prepare(self):
        configure('a', self.target)
        make_tree(f'{self.source}/root')
        os.mkdir(f'{self.source}/root/usr')
        self.tree = describe(self.source)

    def old(self):
        return {'a': ('configured', self.target)}, {self.source: self.tree}

    def new(self):
        return ({'a': ('installed', self.target)},
                {self.source: self.tree, self.target: {**as_clone(self.tree), '.': ANYTHING}})

    def stands(self, trees):
        problems = super().stands(trees)
        if not problems and self.target in trees and not is_nobody(self.target):
            problems.append('what is installed has an identity')
        return problems


class Archive(Install):
    """From an archive, FOLDER/system/tar, which has no sockets and no flags."""

    def arguments(self):
        return ['install', '-m', 'archive', f'{self.source}/tar']

    def prepare(self):
        super().prepare()
        run('chattr', '-i', f'{self.source}/root/etc/large', f'{self.source}/root/etc/deep')
        os.unlink(f'{self.source}/root/socket')
        run('tar', '--format=posix', '--acls', '--xattrs', '--xattrs-include=*', '-cf',
            f'{self.source}/tar', '-C', f'{self.source}/root', '.')
        self.tree = describe(self.source)

    def new(self):
        zones, trees = super().new()
        del trees[self.target]['tar']
        return zones, trees


class Detach(Scenario):
    """The files stay. A record that was written for nothing is replaced by the next."""

    def arguments(self):
        return ['detach']

    def old(self):
        zones, trees = super().old()
        return zones, {self.source: {**trees[self.source], '.': ANYTHING, MANIFEST: OPTIONAL,
                                     f'.{MANIFEST}.new': OPTIONAL}}

    def new(self):
        return ({'a': ('configured', self.source)},
                {self.source: {**self.tree, '.': ANYTHING, MANIFEST: ANYTHING}})


class Attach(Scenario):
    """They are a zone's again. A record that was not removed any more is replaced by the next."""

    def arguments(self):
        return ['attach']

    def prepare(self):
        super().prepare()
        status, err = crash.run([crash.ZONEADM, '-z', 'a', 'detach'])
        if status:
            raise RuntimeError(f'detach: {err}')
        self.tree = describe(self.source)

    def old(self):
        return {'a': ('configured', self.source)}, {self.source: self.tree}

    def new(self):
        return ({'a': ('installed', self.source)},
                {self.source: {**self.tree, '.': ANYTHING, MANIFEST: OPTIONAL}})


SCENARIOS = {'rename': Rename, 'copy': Copy, 'uninstall': Uninstall, 'clone': Clone,
             'snapshot': Snapshot, 'install': Install, 'archive': Archive, 'detach': Detach,
             'attach': Attach}
