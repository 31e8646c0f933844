"""What a decision about turns depends on: the runs that may have the slot, and what is known of the window.

Imports little: a light door decides, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from nab.core.levels import Level, Shares, shares
from nab.core.windows.window import Window

if TYPE_CHECKING:
    from nab.core.turns.ledger import Ledger
    from nab.core.turns.machine_clock import Moment


class State(StrEnum):
    """What a run's box does."""

    QUEUED = "queued"  # to be started, or even to be made
    RUNNING = "running"
    PAUSED = "paused"


OF_BOXES = {"created": State.QUEUED, "running": State.RUNNING, "paused": State.PAUSED}  # by their status


@dataclass(frozen=True)
class Contender:
    """A run that has not ended. `served` is its entrant's standing (seconds), `queued_at` when it was intended.

    `box` is its container's id and `name` that container's name, both empty where there is none. `in_turn` and
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
    resumes: bool = False  # it had begun, and lost its box

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
class TurnSituation:
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


def scene(
    ledger: Ledger, contenders: tuple[Contender, ...], moment: Moment, rules: Rules, opening: Opening
) -> TurnSituation:
    """Put together what there is to decide on.

    Who has the slot's name without a turn, by the log, does not hold it.
    """
    holding = next((one for one in contenders if one.name == rules.slot and one.in_turn), None)
    account = ledger.accounts[holding.run] if holding else None
    now = ledger.time.of(moment)
    return TurnSituation(
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
