"""What is being done, and for how long already: a living line a step on a terminal, plain lines elsewhere.

Several steps may go on side by side. How long each took is kept until the program ends.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nab.core.text import terminal
from nab.edges import clock
from nab.edges.host import console, speech

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.progress import Progress, TaskID

TERMINAL_EVERY = 0.2
PLAIN_EVERY = 15.0


class Step:
    """Something that takes a while. Say what it is at; say at the end how it went."""

    def __init__(self, what: str) -> None:
        self.what = terminal.one_line(what)
        self.detail = ""
        self.ending = ""
        self.began = clock.monotonic()
        self.done = self.total = 0.0  # how much of what there is to do; no total: nobody knows
        self.took: float | None = None
        self.task: TaskID | None = None  # on a terminal

    @property
    def seconds(self) -> float:
        return clock.monotonic() - self.began if self.took is None else self.took

    def at(self, detail: str) -> None:
        """Show this beside the step while it goes on."""
        self.detail = terminal.one_line(" ".join(detail.split()))

    def of(self, done: float, total: float, detail: str) -> None:
        """Show how much is done of what there is to do, and the same in words."""
        self.done, self.total = done, total
        self.at(detail)

    def ends(self, how: str) -> None:
        """Show this when the step is over, in place of "done"."""
        self.ending = terminal.one_line(how)


@dataclass
class Board:
    """The steps of this program: those that go on, the oldest first, and those that are over."""

    running: list[Step] = field(default_factory=list)
    over: list[Step] = field(default_factory=list)
    writing: threading.RLock = field(default_factory=threading.RLock)
    live: Progress | None = None  # what a terminal shows of them

    def begins(self, one: Step) -> None:
        """Show a step on the terminal, if there is one."""
        with self.writing:
            self.running.append(one)
            if self.live is None and console.is_terminal(sys.stderr):
                self.live = living()
                self.live.start()
            if self.live:
                one.task = self.live.add_task(one.what, total=None, step=one)

    def leaves(self, one: Step) -> None:
        """Show it no more."""
        with self.writing:
            if self.live and one.task is not None:
                self.live.remove_task(one.task)
            if self.live and not self.live.tasks:
                self.live.stop()
                self.live = None

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
    BOARD.begins(current)
    over = threading.Event()
    teller = threading.Thread(target=tell, args=(current, over), daemon=True)
    if current.task is None:
        teller.start()
    ending = "failed"
    try:
        yield current
        ending = current.ending or "done"
    finally:
        over.set()
        if teller.is_alive():
            teller.join()
        BOARD.leaves(current)
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
    """Say from time to time that a step goes on, where no terminal shows it."""
    while not over.wait(PLAIN_EVERY):
        say(f"{current.what}: {spelt(current.seconds)} so far, {current.detail or 'working'}")


def living() -> Progress:
    """Return what shows steps on a terminal: a line each, with a bar where it is known how much there is to do."""
    from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task
    from rich.text import Text

    class Said(ProgressColumn):
        def render(self, task: Task) -> Text:
            one: Step = task.fields["step"]
            return Text(
                f"{one.what}  {spelt(one.seconds)}  {one.detail}".rstrip(), no_wrap=True, overflow="ellipsis"
            )

    class Bar(ProgressColumn):
        bar = BarColumn(bar_width=24)

        def render(self, task: Task) -> RenderableType:
            one: Step = task.fields["step"]
            if not one.total:
                return Text("")
            task.total, task.completed = one.total, min(one.done, one.total)
            return self.bar.render(task)

    columns = (SpinnerColumn("line"), Bar(), Said())
    return Progress(
        *columns,
        console=console.console(sys.stderr),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        refresh_per_second=1 / TERMINAL_EVERY,
    )


def say(text: str) -> None:
    """Write a line of its own, above those that live."""
    with BOARD.writing:
        if BOARD.live:
            from rich.text import Text

            BOARD.live.console.print(Text(text))
        else:
            speech.lay(f"{text}\n", sys.stderr)


def spelt(seconds: float) -> str:
    """Write a duration: 0.4 s, 12 s, 3 min 5 s."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
