"""
A person at the terminal of zlogin: types, and reads what comes.

    terminal.py PROGRAM ARGUMENT... < script

Each line of the script is "expect REGEX", which must come within a minute, behind what was expected
before; "never REGEX", which must not have come since the last one; "send TEXT", typed with Python's
escapes (\\r is the Enter key); "size ROWS COLUMNS", the window is made so large; "wait SECONDS";
"touch FILE", which tells others that it came so far; "answer REGEX TEXT", typed whenever REGEX comes
from then on, until what is expected next; "end STATUS", it must end so, and leave the terminal as it
was; "unread STATUS", nothing more is read, and SIGTERM must end it so. What was read goes to standard
output at the end.
"""
import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 60  # seconds
# Sequences of control characters, which are not expected.
NOISE = re.compile(r'\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>78]')


class Terminal:
    def __init__(self, program, *arguments):
        self.text, self.at, self.answers = '', 0, []
        self.decoder = codecs.getincrementaldecoder('utf-8')('replace')
        self.fd, slave = pty.openpty()
        self.modes = termios.tcgetattr(self.fd)
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.fd)
            os.login_tty(slave)
            # What a shell gives a program that it starts.
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            os.execve(program, [os.path.basename(program), *arguments],
                      dict(os.environ, TERM='xterm'))
        os.close(slave)
        self.size(50, 132)
        self.status = None

    def size(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def send(self, text):
        os.write(self.fd, text.encode())

    def read(self, timeout):
        if self.status is not None or not select.select([self.fd], [], [], timeout)[0]:
            return
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b''
        if not data:
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self.text += self.decoder.decode(data)
        self.text = NOISE.sub('', self.text)
        self.answer()

    def answer(self):
        for answer in self.answers:
            match = re.compile(answer[0]).search(self.text, answer[2])
            if match:
                answer[2] = match.end()
                self.send(answer[1])

    def fail(self, why):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
        sys.exit(f'{why}; since the last expected: {self.text[self.at:]!r}\nall: {self.text[-3000:]}')

    def expect(self, regex):
        pattern, end = re.compile(regex), time.monotonic() + PATIENCE
        while not (match := pattern.search(self.text, self.at)):
            if time.monotonic() > end or self.status is not None:
                self.fail(f'expected {regex!r} in vain (status {self.status})')
            self.read(0.1)
        self.at = match.end()
        self.answers = []

    def never(self, regex):
        if re.search(regex, self.text[self.at:]):
            self.fail(f'{regex!r} came')

    def wait(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.status is None:
            self.read(0.1)

    def end(self, status):
        end = time.monotonic() + PATIENCE
        while self.status is None:
            if time.monotonic() > end:
                self.fail('it does not end')
            self.read(0.1)
        self.ended(status)

    def ended(self, status):
        if self.status != status:
            self.fail(f'status {self.status} instead of {status}')
        if termios.tcgetattr(self.fd) != self.modes:
            self.fail('the terminal is not as it was')

    def unread(self, status):
        # Until no more gets into it: then who waits for room there does.
        last, room = -1, struct.pack('i', 0)
        while (now := fcntl.ioctl(self.fd, termios.FIONREAD, room)) != last:
            last = now
            time.sleep(0.3)
        os.kill(self.pid, signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while not (ended := os.waitpid(self.pid, os.WNOHANG))[0]:
            if time.monotonic() > end:
                self.fail('it does not end while nobody reads')
            time.sleep(0.05)
        self.status = os.waitstatus_to_exitcode(ended[1])
        self.ended(status)


def typed(text):
    return text.encode().decode('unicode_escape')


def main():
    terminal = Terminal(*sys.argv[1:])
    for line in sys.stdin:
        verb, _, rest = line.rstrip('\n').partition(' ')
        if verb in ('expect', 'never'):
            getattr(terminal, verb)(rest)
        elif verb == 'send':
            terminal.send(typed(rest))
        elif verb == 'size':
            terminal.size(*map(int, rest.split()))
        elif verb == 'touch':
            open(rest, 'w').close()
        elif verb == 'wait':
            terminal.wait(float(rest))
        elif verb == 'answer':
            regex, text = rest.rsplit(' ', 1)
            terminal.answers.append([regex, typed(text), terminal.at])
        elif verb in ('end', 'unread'):
            getattr(terminal, verb)(int(rest))
        elif verb:
            sys.exit(f'no such step: {line}')
    sys.stdout.write(terminal.text)


main()
