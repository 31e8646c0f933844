"""Start and end of each session, from our orders and the box's outbox, without the event log."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from nab.core.recording.processes.processes import SessionSpan
from nab.core.runs.runs import Run
from nab.core.text import times
from nab.edges import clock
from nab.edges.untrusted import outboxes
from nab.paths import RunPaths

KEPT = 100  # sessions that are remembered although nothing of them is left


class Order(msgspec.Struct):
    """What is read here of the order that holds."""

    do: str
    session: str = ""


def of_log(run: Run) -> list[SessionSpan]:
    """Return the sessions as the log has them."""
    return [
        SessionSpan(
            name=one.name,
            began=times.parse(one.at),
            ended=times.parse(one.ended.ended) if one.ended else None,
        )
        for one in run.sessions
    ]


class Lives:
    """The sessions of a run, oldest first, kept up with its orders."""

    def __init__(self, paths: RunPaths, known: Collection[SessionSpan]) -> None:
        self.paths, self.all = paths, list(known)
        self.signature: tuple[int, int] | None = None

    def look(self) -> bool:
        """See whether a session has begun or ended. Says whether one has."""
        before = len(self.all), self.open
        self.read_order(self.paths.control / outboxes.ORDER)
        if self.open and (over := outboxes.ended(self.paths.outbox, self.open.name)):
            self.end(over.ended_at)
        return before != (len(self.all), self.open)

    @property
    def open(self) -> SessionSpan | None:
        """The session that goes on."""
        return self.all[-1] if self.all and self.all[-1].ended is None else None

    def read_order(self, file: Path) -> None:
        """Note a session that was ordered, and that none goes on when the box is told to end."""
        with suppress(OSError, msgspec.DecodeError):
            found = file.stat()
            signature = (found.st_ino, found.st_mtime_ns)
            if signature == self.signature:
                return
            order = msgspec.json.decode(file.read_bytes(), type=Order)
            self.signature = signature
            if order.do == "end" or (order.session and order.session not in {one.name for one in self.all}):
                self.end(clock.now())
            if order.session and order.session not in {one.name for one in self.all}:
                self.all.append(
                    SessionSpan(name=order.session, began=datetime.fromtimestamp(found.st_mtime, UTC))
                )

    def end(self, at: datetime) -> None:
        """Note the end of the session that goes on. The box's own word for it is believed within reason."""
        if life := self.open:
            at = min(max(at, life.began), clock.now())
            self.all[-1] = msgspec.structs.replace(life, ended=at)

    def forget(self, needed: Collection[str]) -> None:
        """Forget old sessions of which nothing is left."""
        self.all = [one for one in self.all[:-KEPT] if one.name in needed] + self.all[-KEPT:]
