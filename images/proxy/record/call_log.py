"""The record of one proxy's life, in order: its calls, and all that is known of what is missing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from record import bodies, line_format
from record.denial_folding import Folds
from record.journal import Journal
from record.kept_files import KeptFiles
from record.line_format import Seen
from record.traffic import Counted

LINES_A_CALL = 3  # that it leaves, its start and its end
SPARE = 64 << 10  # for lines of our own
TRY_AGAIN_SECONDS = 0.25
CANNOT_WRITE = "record"
TUNNEL = "TUNNEL"


@dataclass
class Gap:
    """What could not be written, and the calls that were refused for it."""

    lost: int = 0
    refused: int = 0
    since: float = 0.0
    until: float = 0.0

    def grow(self, now: float, *, lost: int = 0, refused: int = 0) -> None:
        self.since, self.until = self.since or now, now
        self.lost += lost
        self.refused += refused


class Notes:
    """Writes lines and keeps count. `kept` is the journal of bodies, None where none are kept; `files` are pages and
    uploads."""

    def __init__(
        self,
        source: line_format.Source,
        calls: Journal,
        kept: Journal | None,
        clock: Callable[[], float] = time.time,
        *,
        files: KeptFiles | None = None,
    ) -> None:
        self.source, self.calls, self.kept, self.clock = source, calls, kept, clock
        self.files = files
        self.open: dict[str, Seen] = {}
        self.seq, self.next_try = 0, 0.0
        self.gap, self.folds, self.counted = Gap(), Folds(), Counted()

    def admits(self) -> bool:
        """Say whether the next call can be recorded to its end. What cannot is not let through."""
        now = self.clock()
        if now < self.next_try:
            return False
        wanted = SPARE + (len(self.open) + 1) * LINES_A_CALL * line_format.MOST_LINE
        writable = self.calls.error is None or self.close_gap()
        if writable and self.calls.holds(wanted):
            self.next_try = 0.0
            return self.close_gap()
        self.next_try = now + TRY_AGAIN_SECONDS
        return False

    @property
    def is_incomplete(self) -> bool:
        """Something is missing that no line tells of yet."""
        return bool(self.gap.lost or self.gap.refused or self.calls.error)

    def close_gap(self) -> bool:
        """Write down what is missing, if something is. Says whether the record is whole again."""
        if not self.is_incomplete:
            return True
        gap, self.gap = self.gap, Gap()
        written = self.write(
            {
                **line_format.head(self.source, self.clock(), "gap"),
                "since": line_format.instant(gap.since or self.clock()),
                "until": line_format.instant(gap.until or self.clock()),
                "lost": gap.lost,
                "refused": gap.refused,
            }
        )
        if not written:
            self.gap = gap
            self.seq -= 1  # what tells of a hole makes none
        return written

    def begin(self, seen: Seen) -> None:
        self.open[seen.id] = seen

    def sent(self, seen: Seen) -> bool:
        """Append the line of a call that is about to leave. Without it the call may not."""
        seen.is_written = seen.is_written or self.tell(seen, self.clock(), "sent")
        return seen.is_written

    def note(self, seen: Seen, phase: str = "done") -> None:
        """Append a call's line, or count a refusal that is one of too many."""
        now = self.clock()
        if seen.over or (phase == "start" and seen.announced):
            return  # the engine tells of some breaks twice
        if phase == "start":
            seen.announced = True
            self.open[seen.id] = seen
        else:
            seen.over = True
            if self.is_summed_up(seen, now):
                return
        self.tell(seen, now, phase)

    def is_summed_up(self, seen: Seen, now: float) -> bool:
        """Add a call that is over to all that is counted. Says whether its number tells all of it."""
        try:
            self.end(seen)
            self.keep_files(seen)
            if self.is_folded(seen, now):
                return True
            self.keep_bodies(seen)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a call, it has its line
            seen.error = seen.error or f"it could not be added up: {type(error).__name__}"
        return False

    def tell(self, seen: Seen, now: float, phase: str) -> bool:
        """Append a line of a call: all that is known of it, or the little that can be written."""
        try:
            made = line_format.sent if phase == "sent" else line_format.call
            return self.write(made(seen, self.source, now, phase))
        except Exception as error:  # noqa: BLE001 - as above
            fault = f"it could not be written: {type(error).__name__}"
            return self.write(line_format.least(seen, self.source, now, phase, fault))

    def of(self, connection: str) -> list[Seen]:
        """Return the calls under way on a client's connection."""
        return [seen for seen in self.open.values() if seen.connection == connection]

    def is_folded(self, seen: Seen, now: float) -> bool:
        """Say whether a call is told by its number alone."""
        rule = seen.denied[0] if seen.denied else ("client-tls" if seen.method == "CONNECT" else None)
        if rule == CANNOT_WRITE:
            self.gap.grow(now, refused=1)
            return True
        host = self.source.redact(seen.host)[:255]
        return rule is not None and self.folds.takes(rule, host, seen.request_bytes, now)

    def end(self, seen: Seen) -> None:
        """Add a call that is over to the sums."""
        self.open.pop(seen.id, None)
        if seen.watch:
            seen.watch.finish()
        add(self.counted, seen)
        self.counted.calls += seen.method not in (TUNNEL, "DNS")
        self.counted.tunnels += seen.method == TUNNEL

    def so_far(self) -> Counted:
        """Return the sums, with what has passed of the calls under way."""
        sums = Counted(**vars(self.counted))
        for seen in self.open.values():
            add(sums, seen)
        return sums

    def keep_bodies(self, seen: Seen) -> None:
        """Keep a call's bodies beside the record; its line says where they are."""
        for which, (sent, plain) in seen.kept.items():
            if self.kept is None or not self.kept.holds(2 * bodies.MOST_BYTES):
                return
            said = bodies.body(which, sent, plain, self.source.redact)
            place = self.kept.append(line_format.dump({**bodies.head(self.source.run, seen.id), **said}))
            if place is not None:
                seen.body[which] = place

    def keep_files(self, seen: Seen) -> None:
        """Keep a call's texts and uploads; say once that there is no more room for them."""
        if self.files:
            self.files.keep_upload(seen)
            self.files.keep_pages(seen)
            for what in self.files.full():
                self.say("full", what=what)

    def say(self, phase: str, **said: Any) -> None:
        """Append a line of our own."""
        self.write({**line_format.head(self.source, self.clock(), phase), **said})

    def say_folded(self) -> None:
        """Write down what was counted since the last time."""
        for since, until, said in self.folds.empty():
            self.say("folded", since=line_format.instant(since), until=line_format.instant(until), **said)

    def write(self, fields: dict[str, Any]) -> bool:
        """Append a line under the next number; one that is lost takes its number with it."""
        line = line_format.line(fields, self.seq + 1)
        self.seq += 1
        if self.calls.append(line) is None:
            self.gap.grow(self.clock(), lost=1)
            return False
        return True


def add(sums: Counted, seen: Seen) -> None:
    sums.request_bytes += seen.request_bytes + seen.request_header_bytes
    sums.response_bytes += seen.response_bytes + seen.response_header_bytes
