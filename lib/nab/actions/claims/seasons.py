"""Seasons with a planted truth, played through the whole program: real logs, its registering, its looks, its checks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from io import StringIO
from multiprocessing import get_context
from pathlib import Path

import msgspec

from nab import __version__
from nab.actions.bench import Bench
from nab.actions.claims import answers, looking, registering
from nab.config import load
from nab.core.facts import Cause
from nab.edges.log.event_log import EventLog
from nab.results.claims.derived import FamilyDerived
from nab.results.validation import planted
from nab.results.validation.generator import CALIBRATED
from nab.results.validation.played import Played, Said, said_of
from nab.results.verdicts.registration import Pair

SEED = 27
JOBS = 2
LOOK_EVERY = timedelta(days=28)  # whoever looks more often writes the same versions down, sooner
REMEMBERED = 3  # registries of earlier days, that have to come out again to the byte


@dataclass
class Clock:
    """What time it is in a season."""

    now: datetime


@dataclass(frozen=True)
class PlayedBench(Bench):
    """A bench in a folder of its own, whose log goes by a clock that is set."""

    clock: Clock = field(default_factory=lambda: Clock(planted.BEGAN))

    @cached_property
    def log(self) -> EventLog:
        return EventLog(self.paths.events, f"{self.by} {__version__}", now=lambda: self.clock.now)


def seasons(settings: Path, count: int, seed: int = SEED, noise: str = CALIBRATED) -> Iterator[Played]:
    """Play seasons, two at a time; each has random numbers of its own, so that their order changes none."""
    with ProcessPoolExecutor(JOBS, mp_context=get_context("spawn")) as pool:
        yield from pool.map(
            season, [settings] * count, [[seed, number] for number in range(count)], [noise] * count
        )


def season(settings: Path, seed: Sequence[int], noise: str = CALIBRATED) -> Played:
    """Play one season in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return play(settings, Path(folder), planted.plan(seed, noise))


def play(settings: Path, folder: Path, plan: planted.Plan) -> Played:
    """Play a season: every fact is appended when it was known, ticks register, and what comes to look is looked at."""
    bench = PlayedBench(load(settings, folder / "state"), "seasons")
    looked, remembered = planted.BEGAN + planted.SCORED, dict[int, bytes]()
    for at, drafts in planted.days(plan):
        bench.clock.now = at
        bench.log.append_all(drafts)
        if at < planted.opens(1):
            with redirect_stdout(StringIO()):
                registering.note(bench)
        if at >= looked:
            looked = at + LOOK_EVERY
            if looking.look(bench) and len(remembered) < REMEMBERED:
                remember(bench, remembered)
    looking.look(bench)
    return told(bench, plan, remembered)


def remember(bench: Bench, remembered: dict[int, bytes]) -> None:
    """Keep the registry as it is now."""
    derived = answers.derive(bench)
    remembered[derived.upto] = msgspec.json.encode(answers.registry(bench, derived))


def told(bench: Bench, plan: planted.Plan, remembered: dict[int, bytes]) -> Played:
    """Say what came of a season, and whether all of it holds when it is derived again."""
    derived = answers.derive(bench)
    changed = sum(
        msgspec.json.encode(answers.registry(bench, answers.derive(bench, upto))) != before
        for upto, before in remembered.items()
    )
    found, wrong = list[Said](), 0
    for claim, one, pair in derived.claims():
        found.append(said(one, pair))
        for _, version, _ in derived.hashes(claim, one, pair):
            wrong += len(
                list(
                    wrong_causes(one, plan, ((each.round, each.run, each.cause) for each in version.excluded))
                )
            )
    return Played(
        events=derived.upto,
        said=tuple(found),
        differing=tuple(f"{one.id}: {one.what}" for one in answers.differences(bench, derived)),
        remembered=len(remembered),
        changed=changed,
        wrong_causes=wrong,
    )


def said(one: FamilyDerived, pair: Pair) -> Said:
    """Say what was said of a pair."""
    members = one.family.fact.members
    return said_of(members[pair[0]], members[pair[1]], one.season.versions[pair])


def wrong_causes(
    one: FamilyDerived, plan: planted.Plan, excluded: Iterable[tuple[int, str, str]]
) -> Iterator[tuple[int, str, str]]:
    """Yield what was left out for another cause than the planted one."""
    for number, run, cause in excluded:
        who, place = one.family.fact.members[run], number - planted.FIRST
        if place in plan.outage or (who, place) in plan.by_harness:
            due = {Cause.HARNESS.value}
        elif (who, place) in plan.by_agent:
            due = {Cause.AGENT.value}
        else:  # listed and scored later: until then nobody's doing is known
            due = {Cause.UNKNOWN.value}
        if cause not in due:
            yield number, run, cause
