"""Whose doing a miss is, and by which evidence. Where nothing tells, that is what is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from nab.core.facts import AttemptEnded, AttemptStarted, Cause, RunEnding, SubmissionSeen, Tick, TroubleSeen
from nab.core.levels import Submits, submits
from nab.core.log.events import Event
from nab.core.outcomes.box_uptime import Uptime
from nab.core.outcomes.evidence import Evidence, of
from nab.core.text.counts import number_of
from nab.core.windows.duties import Action, Reason
from nab.core.windows.rounds import Round
from nab.core.windows.window import Window

ENOUGH_AWAKE = timedelta(
    minutes=30
)  # or half of a shorter window: who had less could not be expected to submit
LEFT_TO_US = {
    Reason.NO_ROOM: "this machine had too little room on its disks, or the agent's disk was not there",
    Reason.BOX_GONE: "the entrant's box was gone",
    Reason.NO_ENGINE: "the Docker engine did not answer",
    Reason.IN_FLIGHT: "submit.sh was running already, and nobody learned how it ended",
    Reason.CLOSING: "the window was looked at too late",
}


@dataclass(frozen=True)
class CauseVerdict:
    """Whose doing it was, why, and the seqs of what tells so."""

    cause: Cause
    reason: str
    because: tuple[int, ...] = ()


@dataclass(frozen=True)
class TickSeen:
    """One tick while the window was open, as far as it is about one entrant."""

    seq: int
    saw: Window
    misled: bool  # it was told of another round, or that the window was closed
    action: str
    reason: str

    @property
    def failed(self) -> bool:
        """Numerai gave no answer, or one that was not so."""
        return self.saw is Window.UNKNOWN or self.misled


def blame(known: Evidence, entrant: str, window: Round) -> CauseVerdict:
    """Say whose doing it is that nothing is listed. Numerai's trouble and ours are never an agent's miss."""
    events = known.about.get((entrant, window.number), [])
    seen = looks(known, entrant, window)
    life = known.lives.get(entrant)
    match submits(life.level) if life else Submits.BY_SCHEDULER:
        case Submits.BY_AGENT:
            assert life is not None
            return refused(events) or of_the_agent(seen, events, life, window)
        case Submits.BY_SCHEDULER:
            return refused(events) or of_attempts(events) or of_looks(seen)
        case unknown:
            assert_never(unknown)


def looks(known: Evidence, entrant: str, window: Round) -> list[TickSeen]:
    """Return the ticks that decided for an entrant while the window was open."""
    return [
        look(event, tick, entrant, window) for event, tick in known.looks(window) if entrant in tick.decisions
    ]


def look(event: Event, tick: Tick, entrant: str, window: Round) -> TickSeen:
    """Read one tick."""
    saw = Window(tick.window)
    misled = saw is not Window.UNKNOWN and (saw is Window.CLOSED or event.round != window.number)
    return TickSeen(event.seq, saw, misled, *tick.decisions[entrant])


def refused(events: Sequence[Event]) -> CauseVerdict | None:
    """Say that Numerai lists a submission and does not take it."""
    faulty = [(event, seen) for event, seen in of(events, SubmissionSeen) if seen.error]
    if not faulty:
        return None
    event, seen = faulty[-1]
    return CauseVerdict(Cause.AGENT, f"Numerai does not take the submission: {seen.error}", (event.seq,))


def of_attempts(events: Sequence[Event]) -> CauseVerdict | None:
    """Judge by how submit.sh ended; None where it was never fired."""
    started, ended = of(events, AttemptStarted), of(events, AttemptEnded)
    if ended:
        event, last = ended[-1]
        well = ", and nothing is listed" if last.exit_code == 0 else ""
        return CauseVerdict(last.cause, f"{last.reason}{well}", (event.seq,))
    if started:
        seq = started[-1][0].seq
        return CauseVerdict(Cause.HARNESS, "submit.sh was fired and nobody learned how it ended", (seq,))
    return None


def of_looks(seen: Sequence[TickSeen]) -> CauseVerdict:
    """Judge by what was decided, where submit.sh was never fired."""
    told = [one for one in seen if not one.failed]
    if not told:
        return unseen(seen)
    if missing := [one.seq for one in told if one.reason == Reason.NO_SCRIPT]:
        return CauseVerdict(Cause.AGENT, Reason.NO_SCRIPT.value, (missing[0],))
    if due := [one.seq for one in told if one.action == Action.FIRE]:
        return CauseVerdict(Cause.HARNESS, "submit.sh was due, and nobody fired it", (due[0],))
    for reason, words in LEFT_TO_US.items():
        if ours := [one.seq for one in told if one.reason == reason]:
            return CauseVerdict(Cause.HARNESS, words, (ours[0],))
    return CauseVerdict(Cause.UNKNOWN, "nothing was fired and nothing was listed", (told[-1].seq,))


def unseen(seen: Sequence[TickSeen]) -> CauseVerdict:
    """Judge a window that nobody saw open."""
    if not seen:
        return CauseVerdict(Cause.HARNESS, "nobody looked while the window was open")
    seqs = tuple(one.seq for one in (seen[0], seen[-1]))
    if any(one.saw is Window.UNKNOWN for one in seen):
        return CauseVerdict(Cause.NUMERAI, "Numerai did not answer while the window was open", seqs)
    return CauseVerdict(Cause.NUMERAI, "Numerai said that no window was open while it was", seqs)


def of_the_agent(
    seen: Sequence[TickSeen], events: Sequence[Event], life: Uptime, window: Round
) -> CauseVerdict:
    """Judge an agent that submits by itself: it has to have been awake, with a way out and a Numerai that answers."""
    if all(one.failed for one in seen):
        return unseen(seen)
    awake = life.seconds(window.opens, window.closes)
    enough = min(ENOUGH_AWAKE, (window.closes - window.opens) / 2).total_seconds()
    paused = all(one.reason == Reason.AGENT_PAUSED for one in seen if not one.failed)
    if awake == 0 or paused:
        return without_box(life, window, awake, enough) or asleep(seen, life, window)
    if trouble := of(events, TroubleSeen):
        event, fact = trouble[-1]
        said = f"Numerai failed {fact.failed} of its {fact.calls} calls in the window: {fact.example}"
        return CauseVerdict(Cause.NUMERAI, said, (event.seq,))
    if failed := [one.seq for one in seen if one.failed]:
        said = f"Numerai failed us at {len(failed)} of {number_of(len(seen), 'look')}, and may have failed the agent"
        return CauseVerdict(Cause.UNKNOWN, said, (failed[0],))
    said = f"its box was awake for {awake / 60:.0f} of the {minutes(window):.0f} minutes of the window"
    if awake < enough:
        harness = CauseVerdict(Cause.HARNESS, f"{said} only", (seen[-1].seq,))
        return without_box(life, window, awake, enough) or harness
    return CauseVerdict(Cause.AGENT, f"{said}, and it submitted nothing", (seen[-1].seq,))


def without_box(life: Uptime, window: Round, awake: float, enough: float) -> CauseVerdict | None:
    """Judge an agent that lacked its box in the window: by whoever ended it, where that took the time it had needed."""
    lost = [one for one in life.losses if one.seconds(window.opens, window.closes) > 0]
    for own in (True, False):
        of_one = [one for one in lost if (one.fact.cause is Cause.AGENT) is own]
        seconds = sum(one.seconds(window.opens, window.closes) for one in of_one)
        if of_one and awake + seconds >= enough:
            last = of_one[-1]
            said = f"it had no box for {seconds / 60:.0f} of the {minutes(window):.0f} minutes of the window"
            return CauseVerdict(last.fact.cause, f"{said}: {last.fact.reason}", (last.seq,))
    return None


def asleep(seen: Sequence[TickSeen], life: Uptime, window: Round) -> CauseVerdict:
    """Judge an agent whose box was not awake in the window: it had ended, or we had it paused or without a proxy."""
    last = life.last_end(window.opens)
    alive = any(one.ended > window.opens for one in life.times_awake())
    if last and not alive:
        fact, seq = last
        ours = fact.ending is RunEnding.STOPPED
        said = f"its run had ended: {fact.reason}"
        return CauseVerdict(Cause.HARNESS if ours else fact.cause, said, (seq,))
    if life.gaps and any(gap.began < window.closes and gap.ended > window.opens for gap in life.gaps):
        return CauseVerdict(
            Cause.HARNESS, "its box had no proxy while it was awake in the window", (seen[-1].seq,)
        )
    return CauseVerdict(Cause.HARNESS, "its box was paused through the whole window", (seen[-1].seq,))


def minutes(window: Round) -> float:
    return (window.closes - window.opens).total_seconds() / 60
