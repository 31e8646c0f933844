"""Whose turn it is. One pure function decides it; no other place does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, assert_never

from nab.core.compute_ledger import Ledger
from nab.core.levels import Level, Shares, shares
from nab.core.machine_time import Moment
from nab.core.rounds import Window

NOTICE_SECONDS = 60.0  # how long before a pause an agent is told of it
LOOK_EVERY = timedelta(minutes=5)
BEFORE_CLOSE = timedelta(minutes=5)
LONG_WINDOW = timedelta(hours=2)  # Saturday's is: L4 agents are awake together in its first and its last hour
HOUR = timedelta(hours=1)


class State(StrEnum):
    """What a run's box does."""

    QUEUED = "queued"  # not started yet, or not even made
    RUNNING = "running"
    PAUSED = "paused"


@dataclass(frozen=True)
class Contender:
    """A run that has not ended. `served` is its entrant's standing (seconds), `queued_at` when it was intended.

    `box` is its container's id and `name` that container's name, both empty before it is made. `in_turn` and
    `beside` are what the log has: a turn, or time awake in a window beside somebody else's, that goes on.
    """

    run: str
    entrant: str
    level: Level
    state: State
    served: float
    queued_at: str
    box: str = ""
    name: str = ""
    in_turn: bool = False
    beside: bool = False

    @property
    def sliced(self) -> bool:
        return shares(self.level) is Shares.SLICED

    @property
    def begun(self) -> bool:
        return self.state is not State.QUEUED


class Rules(NamedTuple):
    """The name of the slot's box, and how long an L4 run has the slot while others wait."""

    slot: str
    slice: timedelta


class Opening(NamedTuple):
    """What is known of the window, and the times of the round that it is of, if one is known."""

    window: Window
    opens: datetime | None = None
    closes: datetime | None = None


@dataclass(frozen=True)
class Scene:
    """All that a decision may depend on.

    `holder` is the run whose box has the slot, since `held` seconds (of the machine's time); `noticed` is how many
    seconds ago it was told to yield, None if it was not. `owed`: see the ledger. `opens` and `closes` are the round's.
    """

    now: datetime
    slice: timedelta
    contenders: tuple[Contender, ...] = ()
    holder: str | None = None
    held: float = 0.0
    noticed: float | None = None
    owed: float = 0.0
    window: Window = Window.CLOSED
    opens: datetime | None = None
    closes: datetime | None = None

    @property
    def holding(self) -> Contender | None:
        return next((one for one in self.contenders if one.run == self.holder), None)

    @property
    def left(self) -> float:
        """The seconds that are left of the slice."""
        return self.slice.total_seconds() - self.held


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


def scene(
    ledger: Ledger, contenders: tuple[Contender, ...], moment: Moment, rules: Rules, opening: Opening
) -> Scene:
    """Put together what there is to decide on. Who has the slot's name without a turn, by the log, does not hold it."""
    holding = next((one for one in contenders if one.name == rules.slot and one.in_turn), None)
    account = ledger.accounts[holding.run] if holding else None
    now = ledger.time.of(moment)
    return Scene(
        now=moment.known,
        slice=rules.slice,
        contenders=contenders,
        holder=holding.run if holding else None,
        held=now - account.began if account and account.began is not None else 0.0,
        noticed=now - account.noticed_at if account and account.noticed_at is not None else None,
        owed=ledger.still_owed(moment),
        window=opening.window,
        opens=opening.opens,
        closes=opening.closes,
    )


def decide(scene: Scene) -> Decision:
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


def turn_of(scene: Scene) -> Turn:
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


def in_slices(scene: Scene, holding: Contender) -> Turn:
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


def following(scene: Scene) -> Turn:
    """Say whose turn it is when nobody's goes on: a run of its own if it may, else the least served L4."""
    exclusive = sorted(
        (one for one in scene.contenders if not one.sliced),
        key=lambda one: (not one.begun, one.queued_at, one.run),
    )
    sliced = sorted(
        (one for one in scene.contenders if one.sliced), key=lambda one: (one.served, one.queued_at, one.run)
    )
    if exclusive and exclusive[0].begun:
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


def are_together(scene: Scene) -> bool:
    """Say whether all L4 runs are awake now: in a window, until five minutes before its close.

    Of a long window it is the first and the last hour: longer, and no run would ever have the machine to itself.
    """
    match scene.window:
        case Window.OPEN:
            return in_the_hours(scene)
        case Window.CLOSED | Window.UNKNOWN:
            return False
        case unknown:
            assert_never(unknown)


def perhaps_together(scene: Scene) -> bool:
    """Say whether whoever is awake in a window stays so though Numerai does not answer: until the hour is over."""
    return scene.window is Window.UNKNOWN and in_the_hours(scene)


def in_the_hours(scene: Scene) -> bool:
    return any(first <= scene.now < last for first, last in hours_together(scene))


def hours_together(scene: Scene) -> tuple[tuple[datetime, datetime], ...]:
    """Return when all L4 runs are awake, of the round that is known."""
    if scene.opens is None or scene.closes is None:
        return ()
    last = scene.closes - BEFORE_CLOSE
    if last - scene.opens <= LONG_WINDOW:
        return ((scene.opens, last),)
    return ((scene.opens, scene.opens + HOUR), (last - HOUR, last))


def look_again(scene: Scene, changes_in: float | None) -> datetime:
    """Return when something may change: after five minutes at the latest."""
    moments = [moment for stretch in hours_together(scene) for moment in stretch]
    if changes_in is not None:
        moments.append(scene.now + timedelta(seconds=changes_in))
    return min([moment for moment in moments if moment > scene.now] + [scene.now + LOOK_EVERY])
