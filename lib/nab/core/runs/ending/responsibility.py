"""Whose doing the end of a box was: one function of what the engine, the machine and the kernel tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nab.core.facts import Cause
from nab.core.recording.engine_events import EngineEvent, death
from nab.core.text.counts import number_of

GONE = "its box is gone, and we did not remove it"
REBOOTED = "the machine was started anew"
ENGINE = "the Docker engine was started anew"
GOING_DOWN = "the machine was going down"
STARVED = "the kernel killed it because the machine had no memory left; the box was below its own limit"
# What ends a box that does not heed TERM comes after the engine's patience, which is said in no event.
HEEDED_WITHIN = timedelta(minutes=10)
# Signals after which a box goes on: they stop it, let it go on, or tell of a window's size.
HARMLESS = {"SIGSTOP", "SIGCONT", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGWINCH", "SIGCHLD", "SIGURG", "0"}
KILLED = 137


@dataclass(frozen=True)
class Doing:
    """Whose doing it was, in words that name it."""

    cause: Cause
    words: str


@dataclass(frozen=True)
class Traces:
    """What is known of the end of a box that we did not ask for.

    `exit_code` is None where nobody knows it; `anew` is what was started anew since the box was, `gone` that the
    engine has it no longer, `starved` that the kernel killed in it although it had not used up its own memory.
    `events` are the engine's, of this start of the box.
    """

    exit_code: int | None
    oom_kills: int | None = None
    events: Sequence[EngineEvent] = ()
    anew: str = ""
    gone: bool = False
    going_down: bool = False
    starved: bool = False


def whose(known: Traces) -> Doing:
    """Say whose doing it was. Nobody can reach the engine from within a box: what was asked of it was asked outside."""
    if ours := by_the_machine(known) or asked(known.events):
        return Doing(Cause.HARNESS, ours)
    killed = known.exit_code == KILLED and memory_ran_out(known)
    if killed and (known.starved or lowered(known.events)):
        return Doing(
            Cause.HARNESS, STARVED if known.starved else "docker update from outside took its memory"
        )
    if death(known.events) or known.exit_code == 0 or killed:
        return Doing(Cause.AGENT, by_itself(known))
    if known.gone:
        return Doing(Cause.HARNESS, GONE)
    return Doing(Cause.UNKNOWN, f"{by_itself(known)}, and the engine no longer tells why")


def by_the_machine(known: Traces) -> str:
    """Say how the machine or the engine took the box; empty where they did not."""
    return known.anew or (GOING_DOWN if known.going_down and known.exit_code != 0 else "")


def asked(events: Sequence[EngineEvent]) -> str:
    """Say what was asked of the engine that ended the box; empty where it ended without that."""
    ended = death(events)
    kills = [one for one in events if one.what == "kill" and one.signal_name not in HARMLESS]
    stopped = any(one.what in {"stop", "restart"} for one in events)
    if not kills or (ended and not stopped and ended.at - kills[-1].at > HEEDED_WITHIN):
        return ""
    return f"docker {request(events)} ({kills[-1].signal_name}) from outside at {clock(kills[-1].at)}"


def request(events: Sequence[EngineEvent]) -> str:
    """Name the request by what came after the signal, as its command is called."""
    seen = {one.what for one in events}
    commands = {"restart": "restart", "stop": "stop", "destroy": "rm -f"}
    return next((command for what, command in commands.items() if what in seen), "kill")


def held_up(events: Sequence[EngineEvent]) -> str:
    """Say that somebody paused a box that nobody of ours pauses; empty where that was not so."""
    paused = [one for one in events if one.what == "pause"]
    return f"docker pause from outside at {clock(paused[-1].at)}" if paused else ""


def memory_ran_out(known: Traces) -> bool:
    """Say whether the kernel killed in the box for lack of memory."""
    return bool(known.oom_kills) or any(one.what == "oom" for one in known.events)


def lowered(events: Sequence[EngineEvent]) -> bool:
    """Say whether somebody changed what the box may use."""
    return any(one.what == "update" for one in events)


def by_itself(known: Traces) -> str:
    """Say how a box ended that nobody asked to."""
    killed = f", {number_of(known.oom_kills, 'kill')} for lack of memory" if known.oom_kills else ""
    return f"its box ended with exit code {known.exit_code}{killed}"


def clock(instant: datetime) -> str:
    return f"{instant:%H:%M:%S} UTC"
