"""What an entrant did, in sentences that are templates: each has the event that it rests on. No model writes here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from nab.core.facts import DiagnosticsSeen, tag
from nab.core.log.events import Event
from nab.core.outcomes.outcomes import Status
from nab.core.overview.overview import Row
from nab.core.runs.runs import Run
from nab.core.text import times
from nab.site.model.figures import Figure, count
from nab.site.model.tallies import FAILED, WHOSE
from nab.site.model.whole import Site

SILENT = 3  # candidates in a row of which a validation told nothing
DIAGNOSED = tag(DiagnosticsSeen)


@dataclass(frozen=True)
class Sentence:
    """Words and figures in turn, when it was, whose words are quoted in it, and the events that it rests on."""

    at: str
    event: int
    parts: tuple[str | Figure, ...]
    quoted: str = ""
    evidence: tuple[int, ...] = ()


def sentences(site: Site, entrant: str) -> list[Sentence]:
    """Tell an entrant's story, oldest first."""
    runs, rows, events = site.runs(entrant), site.by_entrant.get(entrant, []), site.events
    found = [*of_runs(runs, site.newest.began), *of_rounds(rows, events), *of_candidates(events, entrant)]
    return sorted(found, key=lambda one: (one.at, one.event))


def of_runs(runs: Iterable[Run], began: Mapping[str, int]) -> Iterator[Sentence]:
    """Tell of runs and how they ended."""
    for run in runs:
        told = (f"A run was intended, to submit by the model {run.intended.model}.",)
        yield Sentence(run.intended_at, began[run.name], told)
        if run.ended is None:
            continue
        ended = run.ended
        if run.sessions:
            how = ", ".join(f"{kind.replace('_', ' ')}" for kind in run.endings)
            many = count(len(run.sessions), event=run.upto_seq, key=f"sessions:{run.name}")
            yield Sentence(
                run.since,
                run.upto_seq,
                ("It worked in ", many, f" sessions; they ended by: {how or 'nothing yet'}."),
            )
        whose = WHOSE[ended.cause]
        words = f"The run ended: {ended.ending.value.replace('_', ' ')}, by the doing of {whose}."
        yield Sentence(run.since, run.upto_seq, (words,), ended.reason)


def of_rounds(rows: Sequence[Row], events: Sequence[Event]) -> Iterator[Sentence]:
    """Tell of the first verified submission, of misses in a row, and of what was said otherwise before."""
    first = next((row for row in rows if row.outcome.status is Status.VERIFIED), None)
    if first is not None and first.outcome.because:
        seq = first.outcome.because[-1]
        number = count_plain(first.round.number, seq)
        yield Sentence(known(events, seq), seq, ("Its first verified submission was in round ", number, "."))
    for failed, group in groupby(
        (row for row in rows if row.owed), key=lambda row: row.outcome.status in FAILED
    ):
        block = list(group)
        if failed and block[-1].outcome.because:
            yield of_misses(block, events)
    for row in rows:
        if row.corrected is not None:
            was = row.corrected
            words = (
                "Round ", count_plain(row.round.number, was.seq),
                f" was told as {was.old} and became {row.outcome.words}.",
            )  # fmt: skip
            yield Sentence(was.until, was.seq, words)


def of_misses(block: Sequence[Row], events: Sequence[Event]) -> Sentence:
    """Tell of misses in a row."""
    seq = max(one for row in block for one in row.outcome.because)
    causes = ", ".join(
        dict.fromkeys(WHOSE[row.outcome.cause] if row.outcome.cause else "unknown" for row in block)
    )
    first, last = (count_plain(block[place].round.number, seq) for place in (0, -1))
    if len(block) == 1:
        return Sentence(known(events, seq), seq, ("It has nothing in round ", first, f"; cause: {causes}."))
    many = count(len(block), event=seq)
    parts = ("It has nothing in ", many, " rounds in a row, ", first, " to ", last, f"; cause: {causes}.")
    return Sentence(known(events, seq), seq, parts)


def of_candidates(events: Iterable[Event], entrant: str) -> Iterator[Sentence]:
    """Name candidates in a row of which a validation told nothing: every metric of them zero, or null."""
    row: list[Event] = []
    for event in events:
        if (
            event.kind != DIAGNOSED
            or event.entrant != entrant
            or not isinstance(fact := event.fact, DiagnosticsSeen)
        ):
            continue
        if fact.metrics and not any(fact.metrics.values()):
            row.append(event)
            continue
        if fact.metrics:
            yield from silent(row)
            row = []
    yield from silent(row)


def silent(row: Sequence[Event]) -> Iterator[Sentence]:
    """Tell of such a row, where it is long enough."""
    if len(row) >= SILENT:
        many = count(len(row), event=row[-1].seq)
        parts = ("In ", many, " candidates in a row every metric of the validation was zero or null.")
        yield Sentence(row[0].known, row[-1].seq, parts, evidence=tuple(event.seq for event in row))


def count_plain(number: int, event: int) -> Figure:
    """Write the number of a round, which is no quantity: without commas."""
    return Figure(number, f"{number}", event=event)


def known(events: Sequence[Event], seq: int) -> str:
    """Return when an event was learned."""
    return events[seq - 1].known if 0 < seq <= len(events) else times.text(times.of_seconds(0))
