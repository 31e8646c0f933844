"""How a session ended: one function of everything that is known of its end."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo

import msgspec

from nab.core.agents.adapters import Adapter, ErrorPattern
from nab.core.agents.tallies import Tally
from nab.core.facts import SessionEnding
from nab.core.runs.ending.limit_resets import reset

CRASHES = frozenset(
    {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP}
)
KILLS = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
WAITS = frozenset({SessionEnding.RATE_LIMIT, SessionEnding.USAGE_LIMIT, SessionEnding.OVERLOAD})
TAIL = 16_384  # characters of the text that are looked at
SHOWN = 300


class End(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a session's end.

    `exit_code` is the program's (-N or 128 + N for signal N), None where nobody saw it. `text` is the end of what
    it wrote beside its events: its standard error, and lines of its output that are none. `oom_kills` is how many
    processes of the box were killed for lack of memory meanwhile, `asked` that we told it to end.
    """

    exit_code: int | None
    tally: Tally
    text: str = ""
    oom_kills: int = 0
    asked: bool = False


class SessionVerdict(msgspec.Struct, frozen=True):
    """How a session ended, why we think so, and from when on it is worth trying again, where that was said."""

    kind: SessionEnding
    reason: str
    retry_at: datetime | None = None

    @property
    def success(self) -> bool:
        return self.kind is SessionEnding.DONE

    @property
    def alarms(self) -> bool:
        return self.kind is SessionEnding.UNCLASSIFIED


def classify(end: End, adapter: Adapter, now: datetime, zone: tzinfo = UTC) -> SessionVerdict:
    """Name the ending of a session. `zone` is that of its box."""
    return completed(end) or signalled(end) or explained(end, adapter, now, zone) or unexplained(end)


def completed(end: End) -> SessionVerdict | None:
    """Recognise the one success: exit code 0, its own word for it, and something done."""
    ending = end.tally.ending
    if end.exit_code != 0 or ending is None or not ending.success:
        return None
    if ending.reason == "refusal":
        return SessionVerdict(SessionEnding.REFUSAL, shown(ending.text) or "the model refused")
    if end.tally.did_nothing:
        return SessionVerdict(SessionEnding.EMPTY_TURN, "the model said nothing and called nothing")
    return SessionVerdict(SessionEnding.DONE, ending.reason or "it said that it is done")


def signalled(end: End) -> SessionVerdict | None:
    """Recognise what was done to it from outside, or by itself without a word."""
    if end.exit_code is None:
        return SessionVerdict(SessionEnding.KILLED, "nobody saw it end")
    number = number_of(end.exit_code)
    if number == signal.SIGKILL and end.oom_kills:
        return SessionVerdict(SessionEnding.OUT_OF_MEMORY, "killed for lack of memory")
    name = signal.Signals(number).name if number in CRASHES | KILLS else ""
    if number in CRASHES:
        return SessionVerdict(SessionEnding.CRASH, f"crashed by {name}")
    if number in KILLS or (end.asked and (end.tally.ending is None or not end.tally.ending.success)):
        return SessionVerdict(SessionEnding.KILLED, f"ended by {name}" if name else "ended as we asked")
    return None


def number_of(exit_code: int) -> int:
    """Return the signal of an exit code, 0 for none."""
    if exit_code < 0:
        return -exit_code
    return exit_code - 128 if exit_code - 128 in CRASHES | KILLS else 0


def explained(end: End, adapter: Adapter, now: datetime, zone: tzinfo) -> SessionVerdict | None:
    """Recognise what the program said of its end; a limit that it told of counts where nothing else does."""
    for text in said(end):
        kind = matched(adapter.errors, text)
        if kind is not None:
            return SessionVerdict(kind, shown(text), again(kind, text, end, now, zone))
    limit = end.tally.limit
    if limit is None:
        return None
    return SessionVerdict(SessionEnding.USAGE_LIMIT, "a limit is reached", datetime.fromtimestamp(limit, UTC))


def said(end: End) -> Iterator[str]:
    """Return the texts that may say why, the most telling first."""
    tally = end.tally
    if tally.ending and not tally.ending.success:
        yield worded(tally.ending.reason, tally.ending.text)
    if tally.error and not (tally.ending and tally.ending.success):
        yield worded(tally.error.code, tally.error.text)
    yield end.text[-TAIL:]


def worded(code: str, text: str) -> str:
    """Return what was said behind its code, where it has one."""
    return f"{code}: {text}" if code else text


def matched(patterns: Iterable[ErrorPattern], text: str) -> SessionEnding | None:
    """Return the class of the first pattern that fits."""
    for one in patterns:
        if re.search(one.pattern, text, re.IGNORECASE):
            return one.kind
    return None


def again(kind: SessionEnding, text: str, end: End, now: datetime, zone: tzinfo) -> datetime | None:
    """Return when it is worth trying again, where the program said so."""
    if kind not in WAITS:
        return None
    if kind is SessionEnding.USAGE_LIMIT and end.tally.limit is not None:
        return datetime.fromtimestamp(end.tally.limit, UTC)
    found = reset(text, now, zone)
    # Times of the day are full minutes: a moment too early would cost a whole further try.
    return found + timedelta(minutes=1) if found and kind is SessionEnding.USAGE_LIMIT else found


def unexplained(end: End) -> SessionVerdict:
    """Say as much as is known of an ending that nothing explains."""
    last = end.text.strip().splitlines()[-1:] or [
        end.tally.error.text if end.tally.error else "it said nothing"
    ]
    without = "" if end.tally.ending else " without a last word"
    return SessionVerdict(SessionEnding.UNCLASSIFIED, f"exit code {end.exit_code}{without}: {shown(last[0])}")


def shown(text: str) -> str:
    """Return a text as one line that fits."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
