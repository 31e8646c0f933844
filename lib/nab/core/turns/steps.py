"""What brings a decision about, as steps. Pure: planned anew from what is there, after a crash between any two as well.

A turn's end is written down before the box is paused, its beginning after the box is awake: what a crash between the
two takes or gives is time that is charged to nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nab.core.text.names import waiting_name
from nab.core.turns.decision import Decision
from nab.core.turns.situations import Contender, State, TurnSituation


@dataclass(frozen=True)
class End:
    """Write down that a turn ends."""

    run: str
    because: str
    beside: bool


@dataclass(frozen=True)
class Pause:
    """Pause a box."""

    run: str


@dataclass(frozen=True)
class Name:
    """Give a box a name. Of the slot's name there is one: this fails while another box has it."""

    run: str
    name: str


@dataclass(frozen=True)
class Wake:
    """Let a paused box go on."""

    run: str


@dataclass(frozen=True)
class Begin:
    """Write down that a turn began."""

    run: str
    because: str
    beside: bool


@dataclass(frozen=True)
class Tell:
    """Tell an agent that its turn ends soon."""

    run: str
    because: str


Step = End | Pause | Name | Wake | Begin | Tell


def steps(scene: TurnSituation, decision: Decision, slot: str) -> list[Step]:
    """Plan what leads from what is there to what was decided; nothing when all is as it should be."""
    here = [one for one in scene.contenders if one.box]
    holder = next((one for one in here if one.run == decision.holder), None)
    plan = [step for one in here for step in to_sleep(one, decision)]
    plan += [Name(one.run, waiting_name(one.run)) for one in here if one.name == slot and one is not holder]
    if holder:
        plan += to_hold(holder, decision, slot)
    plan += [
        step for one in here if one is not holder and one.run in decision.awake for step in to_be_beside(one)
    ]
    if decision.tell:
        plan.append(Tell(decision.tell, decision.because))
    return plan


def to_sleep(one: Contender, decision: Decision) -> Iterator[Step]:
    """Pause whoever is awake and should not be, and close the turn of whoever is found paused."""
    awake = one.run in decision.awake
    if one.state is State.PAUSED or (one.state is State.RUNNING and not awake):
        because = "its box was found paused" if one.state is State.PAUSED else decision.because
        yield from ends(one, because)
    if one.state is State.RUNNING and not awake:
        yield Pause(one.run)


def ends(one: Contender, because: str) -> Iterator[Step]:
    """End what goes on of a run, by the log."""
    if one.in_turn:
        yield End(one.run, because, beside=False)
    if one.beside:
        yield End(one.run, because, beside=True)


def to_hold(one: Contender, decision: Decision, slot: str) -> Iterator[Step]:
    """Give the slot, and only then wake the box: without the name it does not go on.

    A box that was never started is only named: whoever launches runs starts it, with all that belongs around it.
    """
    if one.state is State.RUNNING and one.beside:
        yield End(one.run, decision.because, beside=True)
    if one.name != slot:
        yield Name(one.run, slot)
    if one.state is State.QUEUED:
        return
    if one.state is State.PAUSED:
        yield Wake(one.run)
    if one.state is State.PAUSED or not one.in_turn:
        yield Begin(one.run, decision.because, beside=False)


def to_be_beside(one: Contender) -> Iterator[Step]:
    """Be awake in a window without the slot."""
    if one.state is State.RUNNING and one.in_turn:
        yield End(one.run, "somebody else has the slot", beside=False)
    if one.state is State.PAUSED:
        yield Wake(one.run)
    if one.state is State.PAUSED or not one.beside:
        yield Begin(one.run, "the window is open", beside=True)
