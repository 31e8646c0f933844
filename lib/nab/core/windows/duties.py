"""What is to be done now for one enrolled entrant. One pure function, no other place decides this."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from nab.core.levels import Level, Submits, submits
from nab.core.windows.window import Window


class Action(StrEnum):
    """What a tick does for an entrant. There is no "nothing": even a wait is decided and recorded."""

    FIRE = "fire"
    WAIT = "wait"
    OBSERVE = "observe"
    ALERT = "alert"


class Listing(StrEnum):
    """What Numerai lists for an entrant in the current round."""

    LISTED = "listed"
    CARRIED = "carried over"  # listed, but uploaded before the round opened: a late one of the round before
    UPLOADED = "uploaded"  # it gave an id a short while ago and does not list it yet
    NOTHING = "nothing"
    UNKNOWN = "unknown"  # it did not answer


class BoxState(StrEnum):
    """What the engine says of an entrant's box."""

    AWAKE = "awake"
    PAUSED = "paused"
    STOPPED = "stopped"
    GONE = "gone"
    UNKNOWN = "unknown"  # the engine did not answer


class Reason(StrEnum):
    """Why. Every decision has one of these, in these words."""

    UNANSWERED = "Numerai did not answer, so nobody knows whether the window is open"
    CLOSED = "the window is closed"
    NOT_OWED = "the round had opened before the entrant was enrolled"
    LISTED = "Numerai lists a submission"
    GIVEN = "Numerai gave an id at the upload, and may take ten minutes to list it"
    IN_FLIGHT = "submit.sh is running"
    NO_ROOM = "this machine has too little room on its disks, or the agent's disk is not there"
    NO_SCRIPT = "the agent left no executable submit.sh"
    NO_ENGINE = "the Docker engine did not answer"
    BOX_GONE = "the entrant's box is gone"
    CLOSING = "too little of the window is left to be in time"
    NOTHING_LISTED = "the window is open and nothing is listed yet"
    CARRIED = "the window is open, and what is listed was uploaded before it opened"
    NOT_TOLD = "Numerai did not say what it lists, and a second submission does no harm"
    AGENT_SUBMITTED = "the agent has submitted"
    AGENT_HAS_NOT = "the agent submits by itself, and has not yet"
    AGENT_UNKNOWN = "the agent submits by itself, and Numerai did not say what it lists"
    AGENT_PAUSED = "the agent submits by itself, and its box is paused"
    AGENT_ENDED = "the agent submits by itself, and its box does not run"
    AGENT_UNSEEN = "the agent submits by itself, and the Docker engine did not answer"


@dataclass(frozen=True)
class Situation:
    """All that the decision may depend on. `closing`: an upload that begins now would come late.

    `no_room`: a disk has less free than a firing needs, or the file system with the agent's folders is not there.
    """

    level: Level
    window: Window
    owed: bool
    listing: Listing
    has_script: bool
    box: BoxState
    in_flight: bool
    closing: bool
    no_room: bool


Decision = tuple[Action, Reason]


def decide(facts: Situation) -> Decision:
    """Choose the action and say why. The level is matched first, before anything that only some levels have."""
    match submits(facts.level):
        case Submits.BY_AGENT:
            return observe(facts)
        case Submits.BY_SCHEDULER:
            return run_submit_script(facts)
        case unknown:
            assert_never(unknown)


def observe(facts: Situation) -> Decision:
    """Decide for an entrant that submits by itself: only ever look, and be loud where it cannot."""
    match facts.window:
        case Window.UNKNOWN:
            return Action.OBSERVE, Reason.UNANSWERED
        case Window.CLOSED:
            return Action.OBSERVE, Reason.CLOSED
        case Window.OPEN:
            return observe_listing(facts)
        case unknown:
            assert_never(unknown)


def observe_listing(facts: Situation) -> Decision:
    """Look at what an agent that submits by itself has done in an open window."""
    match facts.listing:
        case Listing.LISTED | Listing.CARRIED:
            return Action.OBSERVE, Reason.AGENT_SUBMITTED
        case Listing.UPLOADED:
            return Action.OBSERVE, Reason.GIVEN
        case Listing.UNKNOWN:
            return Action.OBSERVE, Reason.AGENT_UNKNOWN
        case Listing.NOTHING:
            return observe_box(facts) if facts.owed else (Action.OBSERVE, Reason.NOT_OWED)
        case unknown:
            assert_never(unknown)


def observe_box(facts: Situation) -> Decision:
    """Look whether an agent that has not submitted can."""
    match facts.box:
        case BoxState.AWAKE:
            return Action.OBSERVE, Reason.AGENT_HAS_NOT
        case BoxState.PAUSED:
            return Action.OBSERVE, Reason.AGENT_PAUSED
        case BoxState.STOPPED | BoxState.GONE:
            return Action.ALERT, Reason.AGENT_ENDED
        case BoxState.UNKNOWN:
            return Action.OBSERVE, Reason.AGENT_UNSEEN
        case unknown:
            assert_never(unknown)


def run_submit_script(facts: Situation) -> Decision:
    """Decide for an entrant whose submit.sh we run in the window."""
    match facts.window:
        case Window.UNKNOWN:
            return Action.WAIT, Reason.UNANSWERED
        case Window.CLOSED:
            return Action.WAIT, Reason.CLOSED
        case Window.OPEN:
            return hindered(facts) or fire(facts)
        case unknown:
            assert_never(unknown)


def hindered(facts: Situation) -> Decision | None:
    """Say why nothing is fired although the window is open; None where nothing is in the way."""
    hindrances: tuple[tuple[bool, Action, Reason], ...] = (
        (not facts.owed, Action.WAIT, Reason.NOT_OWED),
        (facts.listing is Listing.LISTED, Action.WAIT, Reason.LISTED),
        (facts.in_flight, Action.WAIT, Reason.IN_FLIGHT),
        (facts.listing is Listing.UPLOADED, Action.WAIT, Reason.GIVEN),
        (facts.no_room, Action.ALERT, Reason.NO_ROOM),
        (not facts.has_script, Action.ALERT, Reason.NO_SCRIPT),
        (facts.box is BoxState.UNKNOWN, Action.ALERT, Reason.NO_ENGINE),
        (facts.box is BoxState.GONE, Action.ALERT, Reason.BOX_GONE),
        (facts.closing, Action.WAIT, Reason.CLOSING),
    )
    return next(((action, reason) for holds, action, reason in hindrances if holds), None)


def fire(facts: Situation) -> Decision:
    """Say why submit.sh is fired. Firing is at least once: the newest valid upload is the one that counts."""
    match facts.listing:
        case Listing.CARRIED:
            return Action.FIRE, Reason.CARRIED
        case Listing.UNKNOWN:
            return Action.FIRE, Reason.NOT_TOLD
        case Listing.NOTHING | Listing.LISTED | Listing.UPLOADED:
            return Action.FIRE, Reason.NOTHING_LISTED
        case unknown:
            assert_never(unknown)
