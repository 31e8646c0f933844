"""What is being done, and for how long already: one living line on a terminal, plain lines elsewhere.

Several steps may go on side by side. How long each took is kept until the program ends.
"""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

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
        self.took: float | None = None

    @property
    def seconds(self) -> float:
        return clock.monotonic() - self.began if self.took is None else self.took

    def at(self, detail: str) -> None:
        """Show this beside the step while it goes on."""
        self.detail = terminal.one_line(" ".join(detail.split()))

    def ends(self, how: str) -> None:
        """Show this when the step is over, in place of "done"."""
        self.ending = terminal.one_line(how)


@dataclass
class Board:
    """The steps of this program: those that go on, the oldest first, and those that are over."""

    running: list[Step] = field(default_factory=list)
    over: list[Step] = field(default_factory=list)
    writing: threading.Lock = field(default_factory=threading.Lock)

    def ended(self, one: Step) -> None:
        """Keep how long a step took."""
        one.took = one.seconds
        if one in self.running:
            self.running.remove(one)
        self.over.append(one)


BOARD = Board()


@contextmanager
def step(what: str) -> Iterator[Step]:
    """Show a step while its block runs; a step that fails says so and lets the error pass."""
    current = Step(what)
    BOARD.running.append(current)
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
        BOARD.ended(current)
        say(f"{current.what}: {ending} ({spelt(current.seconds)})")


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Time a step that shows itself."""
    current = Step(what)
    try:
        yield
    finally:
        BOARD.ended(current)


def passed(what: str, began: float) -> None:
    """Keep a step that began before this program did, and ends now. `began` is an instant of the monotonic clock."""
    current = Step(what)
    current.began = began
    BOARD.ended(current)


def steps_over() -> tuple[Step, ...]:
    """Return the steps that are over, in the order in which they began."""
    return tuple(sorted(BOARD.over, key=lambda one: one.began))


def tell(current: Step, over: threading.Event) -> None:
    """Show the step until it is over; of those on a terminal the oldest shows all."""
    tty = sys.stderr.isatty()
    frame = 0
    while not over.wait(TERMINAL_EVERY if tty else PLAIN_EVERY):
        frame += 1
        if not tty:
            say(f"{current.what}: {spelt(current.seconds)} so far, {current.detail or 'working'}")
        elif (steps := [*BOARD.running])[:1] == [current]:
            columns = shutil.get_terminal_size().columns
            write(CLEAR + living_line(steps, FRAMES[frame % len(FRAMES)], columns))


def living_line(steps: Sequence[Step], frame: str, columns: int) -> str:
    """Return the line that a terminal shows now, no wider than the terminal; what is said of one, or of several."""
    going = ", ".join(f"{one.what} {spelt(one.seconds)}" for one in steps)
    line = f"{frame} {going}  {steps[0].detail if len(steps) == 1 else ''}"
    return line[: max(20, columns - 1)].rstrip()


def say(text: str) -> None:
    """Write a line of its own, above the living one."""
    write(f"{CLEAR if sys.stderr.isatty() else ''}{text}\n")


def spelt(seconds: float) -> str:
    """Write a duration: 0.4 s, 12 s, 3 min 5 s."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def write(text: str) -> None:
    with BOARD.writing:
        speech.lay(text, sys.stderr)
