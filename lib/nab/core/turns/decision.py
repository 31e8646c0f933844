"""Whose turn it is. One pure function decides it; no other place does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from nab.core.levels import Shares, shares
from nab.core.turns.situations import Contender, TurnSituation
from nab.core.turns.window_hours import are_together, hours_together, perhaps_together

NOTICE_SECONDS = 60.0  # how long before a pause an agent is told of it
LOOK_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Decision:
    """Who is to have the slot (None: nobody is there), and why; which runs' boxes are to be awake; when to look again.

    `tell` is the run that is to be told now that its turn ends.
    """

    holder: str | None
    because: str
    awake: tuple[str, ...]
    look_again: datetime
    together: bool = False
    tell: str | None = None


@dataclass(frozen=True)
class Turn:
    """Whose turn it is, why, and in how many seconds something changes. `tell`: the present holder is told."""

    run: str | None
    because: str
    changes_in: float | None = None
    tell: bool = False


def decide(scene: TurnSituation) -> Decision:
    """Say who is to have the slot, who else is to be awake, and when to look again."""
    turn = turn_of(scene)
    together = are_together(scene)
    beside = {
        one.run
        for one in scene.contenders
        if one.sliced and one.begun and (together or (one.beside and perhaps_together(scene)))
    }
    return Decision(
        holder=turn.run,
        because=turn.because,
        awake=tuple(sorted(beside | ({turn.run} if turn.run else set()))),
        look_again=look_again(scene, turn.changes_in),
        together=together,
        tell=scene.holder if turn.tell else None,
    )


def turn_of(scene: TurnSituation) -> Turn:
    """Say whose turn it is."""
    holding = scene.holding
    if holding is None:
        return following(scene)
    match shares(holding.level):
        case Shares.EXCLUSIVE:
            return Turn(holding.run, f"{holding.entrant} has the machine to itself until its run ends")
        case Shares.SLICED:
            return in_slices(scene, holding)
        case unknown:
            assert_never(unknown)


def in_slices(scene: TurnSituation, holding: Contender) -> Turn:
    """Decide while an L4 run has the slot: it keeps it for its slice, and is told a minute before it loses it."""
    left = scene.left
    if left > NOTICE_SECONDS:
        minutes = f"{left / 60:.0f} minutes of its slice are left"
        return Turn(holding.run, f"{holding.entrant}: {minutes}", left - NOTICE_SECONDS)
    after = following(scene)
    if after.run == holding.run:
        return Turn(holding.run, f"its slice is over and {after.because}", max(left, 0.0) or None)
    if scene.noticed is None:
        said = f"{holding.entrant} is told that its turn ends: {after.because}"
        return Turn(holding.run, said, NOTICE_SECONDS, tell=True)
    wait = max(left, NOTICE_SECONDS - scene.noticed)
    if wait > 0:
        return Turn(holding.run, f"{holding.entrant} was told that its turn ends: {after.because}", wait)
    return after


def following(scene: TurnSituation) -> Turn:
    """Say whose turn it is when nobody's goes on: a run of its own if it may, else the least served L4."""
    exclusive = sorted(
        (one for one in scene.contenders if not one.sliced),
        key=lambda one: (not one.begun, not one.resumes, one.queued_at, one.run),
    )
    sliced = sorted(
        (one for one in scene.contenders if one.sliced), key=lambda one: (one.served, one.queued_at, one.run)
    )
    if exclusive and (exclusive[0].begun or exclusive[0].resumes):
        return Turn(exclusive[0].run, f"{exclusive[0].entrant} has begun and goes on to its end")
    if exclusive and not sliced:
        return Turn(exclusive[0].run, f"{exclusive[0].entrant} waits, and no L4 agent does")
    if exclusive and scene.owed <= 0:
        return Turn(
            exclusive[0].run,
            f"{exclusive[0].entrant} waits, and the L4 agents have had as much as others before",
        )
    if not sliced:
        return Turn(None, "nobody waits")
    waits = (
        f"; {exclusive[0].entrant} waits until the L4 agents had {hours(scene.owed)} more"
        if exclusive
        else ""
    )
    return Turn(sliced[0].run, least(sliced) + waits)


def least(sliced: list[Contender]) -> str:
    """Say why the first of the L4 runs is first."""
    if len(sliced) == 1:
        return f"{sliced[0].entrant} is the only one"
    first, second = sliced[:2]
    after = f"{second.entrant} with {hours(second.served)}"
    return f"{first.entrant} is the least served, {hours(first.served)} before {after}"


def hours(seconds: float) -> str:
    return f"{seconds / 3600:.2f} h"


def look_again(scene: TurnSituation, changes_in: float | None) -> datetime:
    """Return when something may change: after five minutes at the latest."""
    moments = [moment for one in hours_together(scene) for moment in (one.began, one.ended)]
    if changes_in is not None:
        moments.append(scene.now + timedelta(seconds=changes_in))
    return min([moment for moment in moments if moment > scene.now] + [scene.now + LOOK_EVERY])
