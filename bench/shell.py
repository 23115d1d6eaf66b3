"""Running other programs: one way to start, fail and interrupt all of them."""

import os
import signal
import subprocess


class Failure(Exception):
    """Something that has to work did not; the text is for the user."""


class Skip(Exception):
    """A case cannot run here; the text says why."""


def run(argv: list[str], ok: tuple[int, ...] | None = (0,), stdin: bytes = b"",
        cwd: str | None = None) -> subprocess.CompletedProcess:
    """Run argv in a session of its own, so that an interrupt can end all of it, pipelines too.

    A status not in ok is a Failure with what the program said; None accepts every status.
    """
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, cwd=cwd, start_new_session=True)
    try:
        out, err = process.communicate(stdin)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    done = subprocess.CompletedProcess(argv, process.returncode, out.decode(errors="replace"),
                                       err.decode(errors="replace"))
    if ok is not None and done.returncode not in ok:
        said = (done.stderr or done.stdout).strip()
        raise Failure(f"{' '.join(argv)}: status {done.returncode}: {said[-2000:]}")
    return done


def output(*argv: str) -> str:
    """What a program prints, without the newline at the end."""
    return run(list(argv)).stdout.rstrip("\n")
