"""The registry of zones as foreign tools see it: expat, xmllint, and a parser written here."""
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

ZONES = '/etc/zones'
DTD = os.path.join(os.path.dirname(__file__), '../../zonetool/zone/zonecfg.dtd')
LINE = re.compile(r'([A-Za-z0-9][\w.-]{0,62}):(configured|incomplete|installed):'
                  r'("/[^\n]*"|/[^:"\n][^:\n]*|/)?:([0-9a-f-]{36})?', re.ASCII)


def read_index():
    """The zones, {name: (state, zonepath, uuid)}, and what is wrong with the file."""
    zones, problems = {}, []
    with open(f'{ZONES}/index', encoding='utf-8') as file:
        text = file.read()
    if not text.endswith('\n'):
        problems.append('the index does not end with a newline')
    for line in text.splitlines():
        if line.startswith('#') or not line:
            continue
        match = LINE.fullmatch(line)
        if not match:
            problems.append(f'the index has the line {line!r}')
        elif match[1] in zones:
            problems.append(f'the index has {match[1]} twice')
        else:
            path = match[3] or ''
            zones[match[1]] = (match[2], path.strip('"'), match[4] or '')
    if zones.pop('global', None) != ('installed', '/', ''):
        problems.append('the index does not have global as it should be')
    return zones, problems


def check_files(expected):
    """What there is beside these files, and how they are; which of them are XML."""
    problems = []
    found = set(os.listdir(ZONES)) - {'.transaction', 'lost+found'}
    problems += [f'{name} is not expected' for name in sorted(found - expected)]
    problems += [f'{name} is missing' for name in sorted(expected - found)]
    if os.path.isdir(f'{ZONES}/.transaction'):
        problems += [f'.transaction has {name}' for name in os.listdir(f'{ZONES}/.transaction')]
    for name in sorted(found & expected):
        status = os.lstat(f'{ZONES}/{name}')
        if (status.st_mode, status.st_uid, status.st_gid) != (0o100644, 0, 0):
            problems.append(f'{name} is {status.st_mode:o} of {status.st_uid}:{status.st_gid}')
    return problems, sorted(found & expected - {'index'})


def check_xml(zones, files):
    problems = []
    for name in files:
        zone, root = name[:-4], ElementTree.parse(f'{ZONES}/{name}').getroot()
        if root.get('name') != zone:
            problems.append(f'{name} is of zone {root.get("name")}')
        if root.get('zonepath') != zones[zone][1]:
            problems.append(f'{name}: {root.get("zonepath")} is {zones[zone][1]} in the index')
    for at in range(0, len(files), 1000):
        paths = [f'{ZONES}/{name}' for name in files[at:at + 1000]]
        run = subprocess.run(['xmllint', '--noout', '--nonet', '--dtdvalid', DTD] + paths,
                             stderr=subprocess.PIPE, check=False)
        if run.returncode:
            problems.append('xmllint: ' + run.stderr.decode())
    return problems


def problems_of_registry():
    """Everything that is not as it should be between two commands."""
    if not os.path.isdir(ZONES):
        return []
    if not os.path.exists(f'{ZONES}/index'):
        return check_files(set())[0]
    zones, problems = read_index()
    more, files = check_files({f'{name}.xml' for name in zones} | {'index'})
    return problems + more + check_xml(zones, files)


if __name__ == '__main__':
    found_problems = problems_of_registry()
    print('\n'.join(found_problems), end='\n' if found_problems else '')
    sys.exit(bool(found_problems))
