"""
Random zones: what export prints makes the same zone again, and all views of a zone agree.

  round_trip.py COUNT [SEED]
"""
import os
import random
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

ZONES, ZONECFG = '/etc/zones', os.environ['ZONECFG']
# What texts are made of: what quoting, lists and complex values are about, and UTF-8.
PIECES = ['a', 'Z', '7', ' ', '  ', '"', '\\', '\\\\', '\\"', ',', ';', '#', '=', '[', ']', '(',
          ')', ':', "'", '$x', '`id`', '%s', '-F', '/', '//', '<', '>', '&', '&amp;', ']]>', '<!--',
          '\u00e4', '\u65e5\u672c', '\U0001f600', '\u0301', '\u200e', '|', '*', '?', '!', '~', '{',
          '}', 'end', 'set x=y']
WORD = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
CAPABILITIES = ['net_admin', 'sys_time', 'CAP_SYS_NICE', '!mknod', '!cap_net_raw', 'audit_write']
RCTLS = ['process.max-core-size', 'process.max-file-descriptor', 'process.max-stack-size',
         'process.max-cpu-time', 'process.max-locked-memory', 'process.max-address-space']


def some(rng, low=1, high=8, without=''):
    """A text of pieces, not empty."""
    pieces = [piece for piece in PIECES if not set(piece) & set(without)]
    return ''.join(rng.choice(pieces) for _ in range(rng.randint(low, high)))


def word(rng, more='', high=10):
    return rng.choice(WORD) + ''.join(rng.choice(WORD + more) for _ in range(rng.randint(0, high)))


def path(rng, without=''):
    """An absolute path in which any character may be, but normalised."""
    parts = [some(rng, 1, 4, without + '/') for _ in range(rng.randint(1, 4))]
    return '/' + '/'.join('x' + part for part in parts)


def quote(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'


def size(rng):
    return f'{rng.randint(1, 4096)}{rng.choice("KMGTkmgt")}'


def address(rng):
    if rng.random() < 0.3:
        return f'2001:DB8::{rng.randint(1, 0xffff):x}/{rng.randint(1, 128)}'
    if rng.random() < 0.2:
        return f'host-{rng.randint(1, 9999)}.example.org'
    prefix = f'/{rng.randint(1, 32)}' if rng.random() < 0.5 else ''
    return f'192.0.2.{rng.randint(1, 254)}{prefix}'


def resource_of(rng, kind, exclusive):
    """The commands between add and end, and what must not be there twice."""
    if kind == 'inherit-pkg-dir':
        where = path(rng)
        return [f'set dir={quote(where)}'], where
    if kind == 'fs':
        where = path(rng)
        lines = [f'set dir={quote(where)}', f'set type={rng.choice(["lofs", "ext4", "my-fs"])}',
                 f'set special={quote(rng.choice([path(rng), "LABEL=" + some(rng)]))}']
        if rng.random() < 0.5:
            options = {some(rng, without=', ') for _ in range(rng.randint(0, 4))}
            lines.append(f'set options=[{",".join(map(quote, sorted(options)))}]')
        if rng.random() < 0.3:
            lines.append(f'set raw={quote(path(rng))}')
        return lines, where
    if kind == 'net':
        link = word(rng, '._-@', 8)
        if exclusive:
            kind = rng.choice(['macvlan', 'veth'])
            return [f'set physical={quote(link)}', f'set type={kind}'], link
        where = address(rng)
        lines = [f'set physical={quote(link)}', f'set address={where}']
        if rng.random() < 0.4:
            lines.append(f'set defrouter={rng.choice(["192.0.2.254", "2001:DB8::FE"])}')
        return lines, (link, where)
    if kind == 'device':
        where = path(rng)
        return [f'set match={quote(where)}'], where
    if kind == 'attr':
        name, types = word(rng, '-.'), rng.choice(['string', 'boolean', 'int', 'uint'])
        value = {'string': some(rng, 1, 30), 'boolean': rng.choice(['true', 'false']),
                 'int': str(rng.randint(-10**17, 10**17)),
                 'uint': str(rng.randint(0, 10**17))}[types]
        return [f'set name={name}', f'set type={types}', f'set value={quote(value)}'], name
    if kind == 'rctl':
        name = rng.choice(RCTLS)
        limit = rng.randint(1, 99999)
        lines = [f'set name={name}', f'add value (priv=privileged,limit={limit},action=deny)']
        if rng.random() < 0.5:
            lines.append(f'add value (priv=basic,limit={rng.randint(1, limit)},action=none)')
        return lines, name
    if kind == 'dataset':
        where = rng.choice([word(rng, '_-.:') + '/' + word(rng), path(rng)])
        where = 'tank' + where if where[0].isdigit() else where
        return [f'set name={quote(where)}'], where
    name = word(rng, '_-.')
    auths = rng.choice(['login', 'manage,login', 'clonefrom'])
    return [f'set user={name}', f'set auths={auths}'], name


def own_properties(rng, exclusive, dedicated):
    """The commands for the zone's own properties but zonepath, in any order."""
    lines = [f'set ip-type={"exclusive" if exclusive else "shared"}']
    choices = {
        'autoboot': rng.choice(['true', 'false']), 'bootargs': quote(some(rng, 1, 20)),
        'limitpriv': 'default,' + ','.join(rng.sample(CAPABILITIES, rng.randint(1, 5))),
        'machine-id': f'{rng.getrandbits(128) | 1:032X}', 'fs-allowed': 'ext4,xfs,fuse.sshfs',
        'max-processes': rng.randint(100, 4000000), 'cpu-shares': rng.randint(1, 100),
        'brand': 'native'}
    for name, value in choices.items():
        if rng.random() < 0.5 and not (name == 'cpu-shares' and dedicated):
            lines.append(f'set {name}={value}')
    rng.shuffle(lines)
    return lines


def commands_of(rng, zonepath):
    """Commands that make a random zone."""
    exclusive, dedicated = rng.random() < 0.3, rng.random() < 0.3
    lines = ['create -b', f'set zonepath={quote(zonepath)}',
             *own_properties(rng, exclusive, dedicated)]
    blocks, used = [], set()
    if dedicated:
        low = rng.randint(1, 8)
        blocks.append(('dedicated-cpu', [f'set ncpus={low}-{rng.randint(low, 9)}']))
    elif rng.random() < 0.3:
        cpus = rng.choice(['1', '0.5', '12.25', '3.10', '08.00'])
        blocks.append(('capped-cpu', [f'set ncpus={cpus}']))
    if rng.random() < 0.3:
        blocks.append(('capped-memory', [f'set physical={rng.randint(1, 99)}G',
                                         f'set swap={size(rng)}']))
    kinds = ['inherit-pkg-dir', 'fs', 'net', 'device', 'attr', 'rctl', 'dataset', 'admin']
    for kind in rng.choices(kinds, k=rng.randint(0, 12)):
        block, key = resource_of(rng, kind, exclusive)
        if (kind, key) in used:
            continue
        used.add((kind, key))
        blocks.append((kind, block))
    rng.shuffle(blocks)
    for kind, block in blocks:
        # The order inside a resource is free.
        rng.shuffle(block)
        lines += [f'add {kind}', *block, 'end']
    return '\n'.join(lines) + '\n'


def zonecfg(zone, *arguments, given=None):
    done = subprocess.run([ZONECFG, '-z', zone, *arguments], input=(given or '').encode(),
                          capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def must(zone, *arguments, given=None, beside=False):
    """It succeeds without a message, but for one that another zone is in the same place."""
    status, out, err = zonecfg(zone, *arguments, given=given)
    if status or bool(err) != beside or (beside and 'only one of them can be' not in err):
        sys.exit(f'zonecfg -z {zone} {arguments}: status {status}: {err}\nits input:\n{given}')
    return out


def tree_of(zone):
    """The XML but for the zone's name, as expat sees it."""
    root = ElementTree.parse(f'{ZONES}/{zone}.xml').getroot()
    if root.attrib.pop('name') != zone:
        sys.exit(f'{zone}.xml is not that of {zone}')
    for element in root.iter():
        element.tail = element.text = None
    return ElementTree.tostring(root)


def texts_of(commands):
    """What each "set NAME=VALUE" says, without quotes, by rules written down here once more."""
    found = {}
    for name, value in re.findall(r'^set ([a-z-]+)=(.*)$', commands, re.MULTILINE):
        if value.startswith('"'):
            value = re.sub(r'\\(["\\])', r'\1', value[1:-1])
        found.setdefault(name, []).append(value)
    return found


def check_texts(texts, root):
    """The file has what was typed, byte for byte, where texts are free."""
    found = {
        'zonepath': [root.get('zonepath')], 'bootargs': [root.get('bootargs')],
        'dir': [e.get('directory') for e in root if 'directory' in e.attrib],
        'special': [e.get('special') for e in root.iter('filesystem')],
        'value': [e.get('value') for e in root.iter('attr')],
        'match': [e.get('match') for e in root.iter('device')]}
    return [f'{name} is {found[name]!r} and not {texts[name]!r}' for name in found
            if sorted(texts.get(name, [])) != sorted(text for text in found[name] if text)]


def check(rng, number):
    """One random zone."""
    zonepath = f'/z{number}' + path(rng, without='"')
    one, two = f'one-{number}', f'two-{number}'
    commands = commands_of(rng, zonepath)
    must(one, '-f', '-', given=commands)
    exported = must(one, 'export')
    must(two, '-f', '-', given=exported, beside=True)
    problems = []
    first, second = must(one, 'info; export'), must(two, 'info; export')
    if second.replace(f'zonename: {two}', f'zonename: {one}', 1) != first:
        problems.append('info or export differs')
    if not first.endswith(exported):
        problems.append('export depends on what was said before')
    if tree_of(one) != tree_of(two):
        problems.append('the XML differs')
    problems += check_texts(texts_of(commands), ElementTree.parse(f'{ZONES}/{one}.xml').getroot())
    if problems:
        sys.exit(f'zone {number}: {"; ".join(problems)}\n'
                 f'made by:\n{commands}\nexported:\n{exported}')


def main(count, seed=None):
    seed = int(seed) if seed else random.SystemRandom().getrandbits(32)
    print(f'seed {seed}')
    sys.stdout.flush()
    rng = random.Random(seed)
    for number in range(int(count)):
        check(rng, number)
    print(f'{count} zones')


if __name__ == '__main__':
    main(*sys.argv[1:])
