"""The compute ledger, and whose turn comes next, for a terminal or a program. Nothing is written."""

from __future__ import annotations

from functools import reduce

import msgspec

from nab.actions.bench import Bench
from nab.actions.turns.scheduler import present
from nab.core.facts import Counts
from nab.core.levels import Shares, shares
from nab.core.text import durations, slots
from nab.core.text.tables import Report, Table
from nab.core.turns.decision import Decision
from nab.core.turns.ledger import Served, ledger
from nab.core.usage import costs
from nab.core.usage.token_sums import plus

TITLES = (
    "entrant",
    "level",
    "turns",
    "active",
    "lost",
    "in windows",
    "CPU",
    "GPU",
    "tokens",
    "cost",
    "standing",
)


class TurnNow(msgspec.Struct, frozen=True, kw_only=True):
    """A turn that goes on, and for how long."""

    run: str
    entrant: str
    seconds: float


class EntrantLine(msgspec.Struct, frozen=True, kw_only=True):
    """What an entrant had, times in seconds. `sliced`: it has turns, and a standing among those that do."""

    entrant: str
    level: str
    sliced: bool
    turns: int
    active_seconds: float
    lost_seconds: float
    window_seconds: float
    cpu_seconds: float
    gpu_seconds: float | None
    standing_seconds: float
    tokens: int
    counts: Counts
    cost: str
    usd: float | None


class TurnsTable(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody had; `owed_seconds` is what the L4 agents are to have first."""

    upto_seq: int
    owed_seconds: float
    turns_now: tuple[TurnNow, ...]
    entrants: tuple[EntrantLine, ...]


class NextTurn(msgspec.Struct, frozen=True, kw_only=True):
    """Who has the slot next, and until when that is so."""

    holder: str | None
    because: str
    awake: tuple[str, ...]
    together: bool
    look_again: str


def told(bench: Bench) -> TurnsTable:
    """Gather what everybody had."""
    events = bench.log.events()
    book, moment = ledger(events), present()
    return TurnsTable(
        upto_seq=events[-1].seq if events else 0,
        owed_seconds=book.still_owed(moment),
        turns_now=tuple(
            TurnNow(run=one.run, entrant=one.entrant, seconds=book.time.of(moment) - one.began)
            for one in book.alive.values()
            if one.began is not None
        ),
        entrants=tuple(map(line, book.rows(moment))),
    )


def line(one: Served) -> EntrantLine:
    """Tell what an entrant had."""
    counts = [used.counts for used in one.used.models]
    return EntrantLine(
        entrant=one.entrant,
        level=one.level.value,
        sliced=shares(one.level) is Shares.SLICED,
        turns=one.turns,
        active_seconds=one.active,
        lost_seconds=one.lost,
        window_seconds=one.beside,
        cpu_seconds=one.cpu,
        gpu_seconds=one.gpu,
        standing_seconds=one.standing,
        tokens=sum(costs.total(count) for count in counts),
        counts=reduce(plus, counts, Counts()),
        cost=one.used.cost,
        usd=float(one.used.usd) if one.used.priced else None,
    )


def show(found: TurnsTable) -> Report:
    """Write the ledger for a person."""
    if not found.entrants:
        return ["nobody has had a turn yet (make run AGENT=baseline LEVEL=L3 starts a run)"]
    parts: list[str | Table] = [Table(TITLES, [cells(one) for one in found.entrants])]
    parts += [f"now: {one.run}, for {durations.text(one.seconds)}" for one in found.turns_now]
    if found.owed_seconds > 0:
        owed = durations.text(found.owed_seconds)
        parts.append(f"the L4 agents are to have {owed} before another run has the machine to itself")
    return parts


def cells(one: EntrantLine) -> tuple[str, ...]:
    """Write an entrant's line."""
    return (
        one.entrant,
        one.level,
        str(one.turns),
        durations.text(one.active_seconds),
        durations.text(one.lost_seconds),
        durations.text(one.window_seconds),
        durations.text(one.cpu_seconds),
        "-" if one.gpu_seconds is None else durations.text(one.gpu_seconds),
        f"{one.tokens:,}",
        one.cost,
        durations.text(one.standing_seconds) if one.sliced else "-",
    )


def next_told(decision: Decision) -> NextTurn:
    """Tell a decision."""
    return NextTurn(
        holder=decision.holder,
        because=decision.because,
        awake=tuple(decision.awake),
        together=decision.together,
        look_again=decision.look_again.isoformat(),
    )


def next_shown(decision: Decision) -> str:
    """Write a decision for a person."""
    return slots.next_shown(
        decision.holder, decision.because, decision.awake, decision.look_again, together=decision.together
    )
