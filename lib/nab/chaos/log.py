"""Kill writers of an event log at random moments and look for acknowledged events that are gone."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from nab.actions.log.verify import log_report
from nab.chaos import log_writer
from nab.core.errors import FAILED, NabError
from nab.core.facts import Poll
from nab.core.log.events import Event
from nab.edges import clock, process
from nab.edges.log.event_log import EventLog

LONGEST_LIFE_SECONDS = 0.04
Acknowledged = set[tuple[int, str]]


@dataclass(frozen=True)
class Tally:
    """What a campaign of kills did and found."""

    kills: int
    acked: int
    lost: int
    torn: int
    seconds: float
    recoveries: tuple[float, ...] = ()  # seconds from a kill until somebody else's event was acknowledged


def run(
    folder: Path, *, kills: int, writers: int, seed: int, say: Callable[[str], None] = lambda _: None
) -> Tally:
    """Keep that many writers busy, kill one after the other, and check the log that they leave behind."""
    began = clock.monotonic()
    chance = random.Random(seed)  # noqa: S311 - no secret
    acked: Acknowledged = set()
    alive = [start_writer(folder, chance) for _ in range(writers)]
    recoveries = []
    try:
        for kill in range(1, kills + 1):
            acked |= killed(alive.pop(0), chance.uniform(0, LONGEST_LIFE_SECONDS))
            recoveries.append(seconds_until_it_goes_on(folder))
            alive.append(start_writer(folder, chance))
            if kill % 100 == 0:
                say(f"{kill:,} kills, {len(acked):,} events acknowledged")
    finally:
        for writer in alive:
            acked |= killed(writer, 0)
    tally = judged(folder, acked, kills=kills + writers, seconds=clock.monotonic() - began)
    return replace(tally, recoveries=tuple(recoveries))


def seconds_until_it_goes_on(folder: Path) -> float:
    """Append an event as the next process does, with whatever the kill left: wait for the lock, mend, write, sync."""
    began = clock.monotonic()
    EventLog(folder, "chaos_log 1").append(Poll(ok=True))
    return clock.monotonic() - began


def start_writer(folder: Path, chance: random.Random) -> process.Started:
    """Start one writer."""
    return process.start(
        sys.executable, "-m", log_writer.__name__, str(folder), str(chance.randrange(1 << 30))
    )


def killed(writer: process.Started, after_seconds: float) -> Acknowledged:
    """Kill a writer some time after its first acknowledgement; return all that it was told is safe."""
    assert writer.stdout is not None
    first = writer.stdout.readline()
    if not first:
        raise NabError("a writer ended before it was killed; its traceback is above", exit_code=FAILED)
    clock.pause(after_seconds)
    writer.kill()
    rest, _ = writer.communicate()
    return {acknowledged(line) for line in (first + rest).splitlines()}


def acknowledged(line: str) -> tuple[int, str]:
    """Read what a writer printed."""
    seq, id = line.split()
    return int(seq), id


def judged(folder: Path, acked: Acknowledged, *, kills: int, seconds: float) -> Tally:
    """Look for every acknowledged event, after one more append has mended what the last kill left.

    Raises NabError when the log itself is damaged.
    """
    log = EventLog(folder, "chaos_log 1")
    log.append(Poll(ok=True))
    report = log_report(folder)
    if report.problems:
        raise NabError(f"the log is damaged: {report.problems[0]}", exit_code=FAILED)
    missing = lost(acked, log.events())
    return Tally(kills=kills, acked=len(acked), lost=len(missing), torn=report.torn, seconds=seconds)


def lost(acked: Acknowledged, events: Iterable[Event]) -> Acknowledged:
    """Return what was acknowledged and is not in the log."""
    return acked - {(event.seq, event.id) for event in events}


def table(tally: Tally) -> list[tuple[str, str]]:
    """Name the figures of a tally for a person."""
    return [
        ("kills", f"{tally.kills:,}"),
        ("events acknowledged", f"{tally.acked:,}"),
        ("acknowledged and lost", f"{tally.lost:,}"),
        ("torn tails moved aside", f"{tally.torn:,}"),
        ("seconds", f"{tally.seconds:.0f}"),
    ]
