"""A person at a terminal: the programs on a pty, and what their screen shows."""
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
import fcntl

COLUMNS = 200
PATIENCE = 60  # seconds
# libedit keeps two small texts; they are known by their whole stacks only.
SANITIZERS = {
    'ASAN_OPTIONS': 'fast_unwind_on_malloc=0',
    'LSAN_OPTIONS': f'print_suppressions=0:suppressions={os.path.dirname(__file__)}/libedit.supp'}
SEQUENCE = re.compile(r'\x1b\[([?0-9;]*)([A-Za-z@])|\x1b[()][A-Z0-9]|\x1b[=>78]')


class Screen:
    """As much of a VT100 as line editing needs: lines that only grow, and a cursor."""

    def __init__(self):
        self.lines, self.row, self.column = [[]], 0, 0
        self.pending = ''

    def put(self, char):
        line = self.lines[self.row]
        line.extend(' ' * (self.column + 1 - len(line)))
        line[self.column] = char
        self.column += 1

    def newline(self):
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append([])

    def sequence(self, number, letter):
        count = int(number or 1) if number.isdigit() or not number else 1
        line = self.lines[self.row]
        if letter == 'C':
            self.column += count
        elif letter == 'D':
            self.column = max(0, self.column - count)
        elif letter == 'A':
            self.row = max(0, self.row - count)
        elif letter == 'G':
            self.column = count - 1
        elif letter in 'KJ':
            del line[self.column:]
        elif letter == 'P':
            del line[self.column:self.column + count]
        elif letter == '@':
            line[self.column:self.column] = ' ' * count
        elif letter not in 'hlm':
            raise ValueError(f'unknown sequence ESC[{number}{letter}')

    def feed(self, text):
        text = self.pending + text
        self.pending = ''
        at = 0
        while at < len(text):
            char = text[at]
            if char == '\x1b':
                match = SEQUENCE.match(text, at)
                if not match:
                    self.pending = text[at:]
                    return
                if match[2]:
                    self.sequence(match[1], match[2])
                at = match.end()
                continue
            if char == '\n':
                self.newline()
            elif char == '\r':
                self.column = 0
            elif char == '\b':
                self.column = max(0, self.column - 1)
            elif char >= ' ':
                self.put(char)
            at += 1

    def text(self, first_row=0):
        return '\n'.join(''.join(line).rstrip() for line in self.lines[first_row:])


class Dialogue:
    """One program on a terminal of its own."""

    def __init__(self, *arguments, program='ZONECFG', term='xterm'):
        self.screen, self.first_row = Screen(), 0
        self.status = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            environment = dict(os.environ, TERM=term, HOME='/nonexistent', **SANITIZERS)
            path = os.environ[program]
            os.execve(path, [os.path.basename(path), *arguments], environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', 50, COLUMNS, 0, 0))

    def read(self, timeout):
        """Whether more came, or the end."""
        if not select.select([self.fd], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b''
        if not data:
            self.wait()
            return False
        self.screen.feed(data.decode())
        return True

    def wait(self):
        if self.status is None:
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def fail(self, why):
        os.kill(self.pid, signal.SIGKILL) if self.status is None else None
        sys.exit(f'{why}; the screen:\n{self.screen.text()}')

    def expect(self, text):
        """
        Wait until the screen ends with the text, from the line on that was the last one at the
        last expect(). Behind a prompt the line editor takes over the terminal: what comes earlier
        would be shown twice; and ^C is for who reads, not for who is about to.
        """
        end = time.monotonic() + PATIENCE
        edited = text.split('\n')[-1].startswith('zonecfg:')
        while (not self.screen.text(self.first_row).endswith(text.rstrip()) or self.pending_input()
               or edited and self.status is None and (self.cooked() or not self.sleeps())):
            if self.status is not None or time.monotonic() > end:
                self.fail(f'expected {text!r}')
            self.read(0.05)
        self.first_row = self.screen.row

    def cooked(self):
        return bool(termios.tcgetattr(self.fd)[3] & termios.ICANON)

    def sleeps(self):
        with open(f'/proc/{self.pid}/stat', encoding='ascii') as stat:
            return stat.read().rpartition(')')[2].split()[0] == 'S'

    def pending_input(self):
        return bool(select.select([self.fd], [], [], 0)[0]) and self.status is None

    def type(self, text):
        os.write(self.fd, text.encode())

    def line(self, text, then):
        """Type a line; wait for what is to stand at the end of the screen then, below it."""
        self.first_row += 1
        self.type(text + '\r')
        self.expect(then)

    def end(self, status):
        """The program must end by itself, with this status."""
        end = time.monotonic() + PATIENCE
        while self.status is None:
            if time.monotonic() > end:
                self.fail('it does not end')
            self.read(0.05)
        if self.status != status:
            self.fail(f'status {self.status} instead of {status}')
        os.close(self.fd)

    def shows(self, text):
        if text not in self.screen.text():
            self.fail(f'{text!r} is not on the screen')

    def shows_not(self, text):
        if text in self.screen.text():
            self.fail(f'{text!r} is on the screen')


def replay(transcript, status, term='xterm'):
    """
    A whole dialogue: its first line is the command line, "# zonecfg -z ..."; what stands behind a
    prompt is typed. The screen must be the transcript then.
    """
    command, *lines = transcript.strip('\n').split('\n')
    dialogue = Dialogue(*command.split()[2:], term=term)
    for line in lines:
        match = re.match(r'(zonecfg:\S*> |.* \(y/\[n\]\)\? )(.*)', line)
        if match:
            dialogue.expect(match[1])
            # The next prompt is on another line: this one still stands there for a moment.
            dialogue.first_row += 1
            dialogue.type(match[2] + '\r')
    dialogue.end(status)
    shown = dialogue.screen.text().rstrip('\n').split('\n')
    if shown != [line.rstrip() for line in lines]:
        dialogue.fail('expected the screen:\n' + '\n'.join(lines))
