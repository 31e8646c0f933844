"""What is to be done now for one enrolled entrant. One pure function, no other place decides this."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from nab.core.levels import Level, Submits, submits
from nab.core.rounds import Window

HINDERED = "this machine cannot: "
NO_SCRIPT = "the agent left no executable submit.sh"


class Action(StrEnum):
    """What a tick does for an entrant. There is no "nothing": even a wait is decided and recorded."""

    FIRE = "fire"
    WAIT = "wait"
    OBSERVE = "observe"
    ALERT = "alert"


@dataclass(frozen=True)
class Facts:
    """All that the decision may depend on."""

    level: Level
    window: Window
    owed: bool
    submitted: bool
    has_script: bool
    has_box: bool
    in_flight: bool
    hindrance: str = ""  # why submit.sh cannot be fired on this machine now


def decide(facts: Facts) -> tuple[Action, str]:
    """Choose the action and say why. The level is matched first: see docs/architecture.md."""
    match submits(facts.level):
        case Submits.BY_AGENT:
            return observe(facts)
        case Submits.BY_SCHEDULER:
            return run_submit_script(facts)
        case unknown:
            assert_never(unknown)


def observe(facts: Facts) -> tuple[Action, str]:
    """Decide for an entrant that submits by itself: only ever look."""
    if facts.submitted:
        return Action.OBSERVE, "the agent has submitted"
    match facts.window:
        case Window.OPEN:
            return Action.OBSERVE, "the agent submits by itself, and has not yet"
        case Window.CLOSED:
            return Action.OBSERVE, "the window is closed"
        case Window.UNKNOWN:
            return Action.OBSERVE, "Numerai did not answer"
        case _:
            assert_never(facts.window)


def run_submit_script(facts: Facts) -> tuple[Action, str]:
    """Decide for an entrant whose submit.sh we run in the window."""
    match facts.window:
        case Window.UNKNOWN:
            return Action.WAIT, "Numerai did not answer, so nobody knows whether the window is open"
        case Window.CLOSED:
            return Action.WAIT, "the window is closed"
        case Window.OPEN:
            return in_the_window(facts)
        case _:
            assert_never(facts.window)


def in_the_window(facts: Facts) -> tuple[Action, str]:
    """Decide while the window is open, for an entrant whose submit.sh we run."""
    reasons = (
        (not facts.owed, Action.WAIT, "the round had opened before the entrant was enrolled"),
        (facts.submitted, Action.WAIT, "Numerai lists a submission"),
        (facts.in_flight, Action.WAIT, "submit.sh is running"),
        (not facts.has_box, Action.ALERT, "the entrant's box is gone"),
        (facts.hindrance != "", Action.ALERT, HINDERED + facts.hindrance),
        (not facts.has_script, Action.ALERT, NO_SCRIPT),
    )
    for holds, action, reason in reasons:
        if holds:
            return action, reason
    return Action.FIRE, "the window is open and nothing is listed yet"
