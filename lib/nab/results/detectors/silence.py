"""Silent failures: metrics that are nothing three times, success claimed over an error, work without a trace."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from nab.results.detectors.metrics import Row
from nab.results.detectors.records import Call, Run, Said, Sample

VERSION = 1
IN_A_ROW = 3
CPU_SECONDS = 600.0
NOTHING, CLAIMED, TRACELESS = (
    "metrics that are nothing",
    "success claimed over an error",
    "work without a trace",
)
SUCCESS = re.compile(
    r"\b(?:successful(?:ly)?|succeeded|works?(?: now| correctly| fine| as expected)?|passed|all (?:set"
    r"|good|done)|is (?:complete|done|ready)"
    r"|complete[ds]?(?: without| and|\.|!|$)|done[.!]|submitted|uploaded|finished)(?!\w)",
    re.IGNORECASE,
)
DOUBT = re.compile(
    r"\b(?:fail(?:ed|s|ure|ing)?|errors?|not|n't|cannot|crash(?:ed|es)?|broke(?:n)?|missing|instead"
    r"|retry|try again|fix(?:ing)?|traceback"
    r"|exception|unable|however|but|issue|problem|wrong|timed? ?out|killed)\b|n't\b",
    re.IGNORECASE,
)
NOTICED = re.compile(
    r"\b(?:nan|all zeros?|zero (?:corr|correlation|values?)|stuck|buffer(?:ed|ing)?|silent(?:ly)?"
    r"|no output|empty log|nothing (?:is )?(?:printed|written)"
    r"|hung|hanging|degenerate|suspicious(?:ly)?|something (?:is|went) wrong)\b",
    re.IGNORECASE,
)  # fmt: skip
HARMLESS = re.compile(r"^\s*(?:grep|rg|diff|test|\[|ls|which|command -v|pgrep|cmp|false)\b")


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """A silent failure: which kind, from when, what shows it, and when the agent noticed; None: never."""

    kind: str
    at: float
    evidence: tuple[str, ...]
    iterations: int = 0
    noticed_at: float | None = None
    noticed: str = ""


def of_run(run: Run, rows: Sequence[Row]) -> list[Silence]:
    """Return a run's silent failures in order of time."""
    found = [*of_metrics(rows), *of_claims(run.calls, run.said), *of_work(run.samples)]
    return [with_notice(one, run) for one in sorted(found, key=lambda one: one.at)]


def of_metrics(rows: Sequence[Row]) -> Iterator[Silence]:
    """Yield every row of three or more values in a row that are NaN, 0 or 1e-9, of one metric on one surface."""
    running: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        key = (row.name, row.surface)
        if row.is_nothing:
            running.setdefault(key, []).append(row)
        elif key in running:
            yield from told(running.pop(key))
    for left in running.values():
        yield from told(left)


def told(rows: list[Row]) -> Iterator[Silence]:
    """Yield what so many values that are nothing come to."""
    if len(rows) >= IN_A_ROW:
        evidence = tuple(row.source for row in rows)
        yield Silence(kind=NOTHING, at=rows[IN_A_ROW - 1].at, evidence=evidence, iterations=len(rows))


def of_claims(calls: Sequence[Call], said: Sequence[Said]) -> Iterator[Silence]:
    """Yield every failed call whose next words of the agent claim success, with no call that went well between."""
    words = [one for one in said if one.role == "assistant" and not one.thought]
    for place, call in enumerate(calls):
        if not call.went_wrong or HARMLESS.match(call.command):
            continue
        ended = call.until or call.at
        following = next((one for one in calls[place + 1 :] if one.session == call.session), None)
        said_next = next((one for one in words if one.session == call.session and one.at >= ended), None)
        if (
            said_next
            and (following is None or following.at >= said_next.at)
            and claims_success(said_next.text)
        ):
            yield Silence(kind=CLAIMED, at=said_next.at, evidence=(call.id, said_next.id))


def claims_success(text: str) -> bool:
    """Say whether words claim success and voice no doubt."""
    return bool(SUCCESS.search(text)) and not DOUBT.search(text)


def of_work(samples: Sequence[Sample]) -> Iterator[Silence]:
    """Yield every ten minutes and more of CPU during which nothing was written to a disk."""
    since: Sample | None = None
    last: Sample | None = None
    for one in samples:
        begins = since is None or last is None or one.cpu_seconds < last.cpu_seconds
        if begins or (last and one.written_bytes != last.written_bytes):
            yield from traceless(since, last)
            since = one
        last = one
    yield from traceless(since, last)


def traceless(since: Sample | None, last: Sample | None) -> Iterator[Silence]:
    """Yield work without a trace, where it was enough."""
    if since and last and last.cpu_seconds - since.cpu_seconds > CPU_SECONDS:
        evidence = (f"resources {since.at:.0f} to {last.at:.0f}",)
        yield Silence(kind=TRACELESS, at=last.at, evidence=evidence)


def with_notice(one: Silence, run: Run) -> Silence:
    """Find the agent's first later words that show that it noticed."""
    later = (each for each in run.said if each.role == "assistant" and each.at > one.at)
    first = next((each for each in later if NOTICED.search(each.text)), None)
    if first is None:
        return one
    return msgspec.structs.replace(one, noticed_at=first.at, noticed=first.id)
