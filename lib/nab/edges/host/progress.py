"""What is being done, and for how long already: one living line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from nab.core.text import terminal
from nab.edges import clock
from nab.edges.host import speech

FRAMES = "|/-\\"
TERMINAL_EVERY = 0.2
PLAIN_EVERY = 15.0
CLEAR = "\r\x1b[K"


class Step:
    """Something that takes a while. Say what it is at; say at the end how it went."""

    def __init__(self, what: str) -> None:
        self.what = terminal.one_line(what)
        self.detail = ""
        self.ending = ""
        self.began = clock.monotonic()

    @property
    def seconds(self) -> float:
        return clock.monotonic() - self.began

    def at(self, detail: str) -> None:
        """Show this beside the step while it goes on."""
        self.detail = terminal.one_line(" ".join(detail.split()))

    def ends(self, how: str) -> None:
        """Show this when the step is over, in place of "done"."""
        self.ending = terminal.one_line(how)


@contextmanager
def step(what: str) -> Iterator[Step]:
    """Show a step while its block runs; a step that fails says so and lets the error pass."""
    current = Step(what)
    over = threading.Event()
    teller = threading.Thread(target=tell, args=(current, over), daemon=True)
    teller.start()
    ending = "failed"
    try:
        yield current
        ending = current.ending or "done"
    finally:
        over.set()
        teller.join()
        tty = sys.stderr.isatty()
        write(f"{CLEAR if tty else ''}{current.what}: {ending} ({spelt(current.seconds)})\n")


def tell(current: Step, over: threading.Event) -> None:
    """Show the step until it is over."""
    tty = sys.stderr.isatty()
    frame = 0
    while not over.wait(TERMINAL_EVERY if tty else PLAIN_EVERY):
        frame += 1
        if tty:
            write(
                CLEAR + living_line(current, FRAMES[frame % len(FRAMES)], shutil.get_terminal_size().columns)
            )
        else:
            write(f"{current.what}: {spelt(current.seconds)} so far, {current.detail or 'working'}\n")


def living_line(current: Step, frame: str, columns: int) -> str:
    """Return the line that a terminal shows now, no wider than the terminal."""
    line = f"{frame} {current.what} {spelt(current.seconds)}  {current.detail}"
    return line[: max(20, columns - 1)].rstrip()


def spelt(seconds: float) -> str:
    """Write a duration: 0.4 s, 12 s, 3 min 5 s."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def write(text: str) -> None:
    speech.lay(text, sys.stderr)
