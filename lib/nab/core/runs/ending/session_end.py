"""How a session ended: one function of everything that is known of its end."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

import msgspec

from nab.core.agents.adapters import Adapter, ErrorPattern
from nab.core.agents.tallies import Tally
from nab.core.facts import SessionEnding
from nab.core.runs.ending.answers import by_outage, by_status, status_in
from nab.core.runs.ending.limit_resets import plausible, reset
from nab.core.text import times

CRASHES = frozenset(
    {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP}
)
KILLS = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
WAITS = frozenset({SessionEnding.RATE_LIMIT, SessionEnding.USAGE_LIMIT, SessionEnding.OVERLOAD})
TAIL = 16_384  # characters of the text that are looked at
SHOWN = 300
Explanation = tuple[SessionEnding, str]


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
    words, beside = list(said(end)), [end.text[-TAIL:]]
    known = partial(matched, adapter.errors)
    found = (
        first(words, known)
        or answered(end, words)
        or first(words, by_outage)
        or first(beside, known)
        or first(beside, by_outage)
    )
    if found is not None:
        kind, text = found
        return SessionVerdict(kind, shown(text), again(kind, text, end, now, zone))
    if not end.tally.limited:
        return None
    return SessionVerdict(SessionEnding.USAGE_LIMIT, "a limit is reached", told_end(end.tally, now))


def first(texts: Iterable[str], kind_of: Callable[[str], SessionEnding | None]) -> Explanation | None:
    """Return the class of the first text that has one, and the text."""
    for text in texts:
        kind = kind_of(text)
        if kind is not None:
            return kind, text
    return None


def answered(end: End, words: Sequence[str]) -> Explanation | None:
    """Return the class of the provider's answer: evidence beside the words, which may be new ones."""
    ending = end.tally.ending
    told = ending.status if ending and not ending.success else None
    status = told or next(filter(None, map(status_in, words)), None)
    kind = by_status(status)
    if kind is None:
        return None
    limited = kind is SessionEnding.RATE_LIMIT and end.tally.limited
    text = next(filter(None, words), f"the provider answered with {status}")
    return (SessionEnding.USAGE_LIMIT if limited else kind), text


def said(end: End) -> Iterator[str]:
    """Return the program's own words that may say why, the most telling first."""
    tally = end.tally
    if tally.ending and not tally.ending.success:
        yield worded(tally.ending.reason, tally.ending.text)
    if tally.error and not (tally.ending and tally.ending.success):
        yield worded(tally.error.code, tally.error.text)


def worded(code: str, text: str) -> str:
    """Return what was said behind its code, where it has one: its beginning and its end, if it is long."""
    most = TAIL // 2
    kept = text if len(text) <= TAIL else f"{text[:most]} … {text[-most:]}"
    return f"{code[:SHOWN]}: {kept}" if code else kept


def told_end(tally: Tally, now: datetime) -> datetime | None:
    """Return when a limit ends that a program told of as a number, unless no limit ends then."""
    return plausible(times.of_others(tally.limit), now)


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
    told = told_end(end.tally, now) if kind is SessionEnding.USAGE_LIMIT else None
    if told is not None:
        return told
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
    line = " ".join(text[: TAIL * 2].split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
