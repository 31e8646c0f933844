"""What a person has to look at, folded from the log alone: one pure function, so that silence has an owner."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise

from nab.core.claims import families
from nab.core.facts import AttemptEnded, ScopesSeen, SyncFailing, SyncRecovered, Tick, tag, tags
from nab.core.health import alarm_kinds, run_alarms
from nab.core.health.alarm_kinds import AlarmKind
from nab.core.health.contradictions import contradictions
from nab.core.levels import Submits, submits
from nab.core.log.events import Event
from nab.core.outcomes.clock_skew import SKEWED_SECONDS
from nab.core.outcomes.evidence import TICK, Evidence, gather
from nab.core.outcomes.outcomes import Status
from nab.core.overview.overview import Standings, standings
from nab.core.runs.states import RunState
from nab.core.text import times
from nab.core.windows.attempts import FIRED
from nab.core.windows.duties import Action
from nab.core.windows.rounds import BareRound

TICK_IS_OLD = timedelta(minutes=15)
WATCHER = "watch_window"  # as the window watcher signs its events
FIRING_ENDED = tag(AttemptEnded)
UNSETTLED = timedelta(hours=2)  # after a close: by then somebody has asked, or should have
SILENT = timedelta(hours=1)
OPENS_BY = time(12, 45)  # UTC, Tuesday to Saturday; never opens before noon, and often some minutes late
FROM = time(11, 50)
ROUND_DAYS = range(1, 6)  # Monday is 0
SCOPES_CHANGED = timedelta(days=7)
STAKING = {"stake", "web3_staking"}
SCOPES = tag(ScopesSeen)
OF_SYNC = tags(SyncFailing, SyncRecovered)


@dataclass(frozen=True, order=True)
class Alarm:
    """Something that is not well: a key by which it is the same alarm as before, and a sentence."""

    key: str
    text: str

    @property
    def page(self) -> str:
        """Where it is said what it means and what to do."""
        return f"{alarm_kinds.PAGE}#{alarm_kinds.of(self.key)}"


@dataclass(frozen=True)
class AlarmSituation:
    """What alarms are folded from. `live`: rounds follow Numerai's calendar. `firing`: how long one may take."""

    events: Sequence[Event]
    known: Evidence
    standings: Standings
    now: datetime
    live: bool
    firing: timedelta

    @property
    def ticks(self) -> list[Event]:
        return [event for event in self.events if event.kind == TICK]


def alarms(
    events: Sequence[Event], now: datetime, *, live: bool, firing: timedelta, closed: Container[int] = ()
) -> tuple[Alarm, ...]:
    """Return every alarm that holds now, each once, in order. None is about a round that is `closed`."""
    known = gather(events)
    scene = AlarmSituation(events, known, standings(events, now, known, closed), now, live, firing)
    found = {alarm.key: alarm for check in CHECKS for alarm in check(scene)}
    return tuple(sorted(found.values()))


def old_tick(scene: AlarmSituation) -> Iterator[Alarm]:
    """The window watcher has to look every five minutes, or to be busy with what a look has fired."""
    if not scene.standings.enrolments:
        return
    newest = scene.ticks[-1:]
    if not newest:
        if scene.now - first_enrolment(scene) > TICK_IS_OLD:
            yield Alarm(AlarmKind.TICK, "the window watcher has never looked (is nab-watch.timer running?)")
        return
    said, alive = f"looked last at {newest[0].known}", times.parse(newest[0].known)
    if firing := newest_firing(scene.events):
        alive = max(alive, busy_until(firing, scene))
        if firing.seq > newest[0].seq:
            did = "began a firing" if firing.kind == FIRED else "ended a firing"
            said = f"{said}, and {did} at {firing.known}"
    if scene.now - alive > TICK_IS_OLD:
        yield Alarm(AlarmKind.TICK, f"the window watcher {said} (is nab-watch.timer running?)")


def newest_firing(events: Sequence[Event]) -> Event | None:
    """Return the newest beginning or end of a firing by the watcher, which fires one after the other."""
    kinds = {FIRED, FIRING_ENDED}
    by_it = (one for one in reversed(events) if one.kind in kinds and one.by.split(" ")[0] == WATCHER)
    return next(by_it, None)


def busy_until(firing: Event, scene: AlarmSituation) -> datetime:
    """Say until when a firing shows that the watcher lives: now while it goes on, but no longer than one may take."""
    at = times.parse(firing.known)
    return min(scene.now, at + scene.firing) if firing.kind == FIRED else at


def first_enrolment(scene: AlarmSituation) -> datetime:
    return min(times.parse(one.since) for one in scene.standings.enrolments.values())


def what_the_tick_saw(scene: AlarmSituation) -> Iterator[Alarm]:
    """What the newest tick could not see, or saw and could not put right."""
    for event in scene.ticks[-1:]:
        fact = event.fact
        assert isinstance(fact, Tick)
        if fact.engine:
            yield Alarm(AlarmKind.ENGINE, f"the newest tick could not ask the Docker engine: {fact.engine}")
        if fact.skew_seconds is not None and abs(fact.skew_seconds) > SKEWED_SECONDS:
            yield Alarm(AlarmKind.SKEW, f"our clock is {-fact.skew_seconds:.0f} s ahead of Numerai's")
        for entrant, (action, reason) in fact.decisions.items():
            if action == Action.ALERT:
                yield Alarm(f"{AlarmKind.DECISION}:{entrant}:{reason}", f"{entrant}: {reason}")


def silent_numerai(scene: AlarmSituation) -> Iterator[Alarm]:
    """An hour of ticks without an answer."""
    last = [event for event in scene.ticks if times.parse(event.known) > scene.now - SILENT]
    spans = last and times.parse(last[-1].known) - times.parse(last[0].known) > SILENT / 2
    if spans and all(isinstance(fact := event.fact, Tick) and fact.window == "unknown" for event in last):
        yield Alarm(AlarmKind.NUMERAI, f"Numerai has not answered at any of the last {len(last)} ticks")


def no_rows(scene: AlarmSituation) -> Iterator[Alarm]:
    """An agent that submits by itself is alive, and two rounds have opened since without a row of it."""
    rows = {(row.entrant, row.round.number) for row in scene.standings.rows}
    for run in scene.standings.runs.values():
        if run.state is RunState.ENDED or submits(run.intended.level) is not Submits.BY_AGENT:
            continue
        since = times.parse(run.started_at or run.intended_at)
        opened = [one.number for one in scene.standings.rounds.values() if since <= one.opens <= scene.now][
            -2:
        ]
        if len(opened) == 2 and not any((run.entrant, number) in rows for number in opened):
            text = f"{run.entrant} is active, and has no row in rounds {opened[0]} and {opened[1]}"
            yield Alarm(f"{AlarmKind.ROWS}:{run.entrant}", text)


def unsettled(scene: AlarmSituation) -> Iterator[Alarm]:
    """A round closed two hours ago, and what became of it is still not known."""
    for row in scene.standings.rows:
        if row.outcome.status not in {Status.PENDING, Status.UNREACHABLE} or isinstance(row.round, BareRound):
            continue
        if row.round.closes + UNSETTLED <= scene.now:
            text = f"round {row.round.number} of {row.entrant} is {row.outcome.words}: {row.outcome.reason}"
            yield Alarm(f"{AlarmKind.UNSETTLED}:{row.entrant}:{row.round.number}", text)


def late_round(scene: AlarmSituation) -> Iterator[Alarm]:
    """By Numerai's calendar a round should have opened today. The calendar only wakes a person: it decides nothing."""
    today = scene.now.date()
    if not scene.live or scene.now.weekday() not in ROUND_DAYS or scene.now.time() < OPENS_BY:
        return
    earliest = datetime.combine(today, FROM, tzinfo=scene.now.tzinfo)
    if scene.standings.enrolments and not any(
        one.opens >= earliest for one in scene.standings.rounds.values()
    ):
        yield Alarm(
            f"{AlarmKind.ROUND}:{today}", f"no round has opened today ({today}) by {OPENS_BY:%H:%M} UTC"
        )


def scopes(scene: AlarmSituation) -> Iterator[Alarm]:
    """What our key may do has changed, or is more than it should be."""
    told = [
        (event, fact)
        for event in scene.events
        if event.kind == SCOPES and isinstance(fact := event.fact, ScopesSeen)
    ]
    for (_, old), (event, new) in pairwise(told):
        if times.parse(event.known) > scene.now - SCOPES_CHANGED:
            text = f"the scopes of the Numerai key changed from {', '.join(old.scopes)} to {', '.join(new.scopes)}"
            yield Alarm(f"{AlarmKind.SCOPES}:{event.seq}", text)
    for _, newest in told[-1:]:
        if more := STAKING & set(newest.scopes):
            yield Alarm(
                AlarmKind.STAKING,
                f"the Numerai key may stake ({', '.join(sorted(more))}): make one that may not",
            )


def contradictory(scene: AlarmSituation) -> Iterator[Alarm]:
    """Two witnesses disagree."""
    for key, text in contradictions(scene.events, scene.known, scene.standings, scene.now):
        yield Alarm(key, text)


def runs_in_trouble(scene: AlarmSituation) -> Iterator[Alarm]:
    """A run hangs, fails over and over, or ended in a way that nobody knows."""
    for key, text in run_alarms.troubles(scene.standings.runs.values(), scene.now):
        yield Alarm(key, text)


def in_no_family(scene: AlarmSituation) -> Iterator[Alarm]:
    """A run came after its level's families of claims were registered: what it scores is in no claim."""
    following = max(scene.standings.rounds, default=0) + 1
    known = families.families(scene.events)
    for run, entrant in families.newcomers(known, scene.standings.enrolments, following).items():
        text = f"{entrant} ({run}) is in no family of claims: register it before its first score"
        yield Alarm(f"{AlarmKind.FAMILY}:{run}", text)


def failing_sync(scene: AlarmSituation) -> Iterator[Alarm]:
    """For a while nothing has arrived at the git remote."""
    newest = next((event.fact for event in reversed(scene.events) if event.kind in OF_SYNC), None)
    if isinstance(newest, SyncFailing):
        text = f"nothing has arrived at the git remote since {newest.since}: {newest.error}"
        yield Alarm(AlarmKind.SYNC, text)


CHECKS: tuple[Callable[[AlarmSituation], Iterator[Alarm]], ...] = (
    old_tick,
    what_the_tick_saw,
    silent_numerai,
    no_rows,
    unsettled,
    late_round,
    scopes,
    contradictory,
    runs_in_trouble,
    in_no_family,
    failing_sync,
)


@dataclass(frozen=True)
class News:
    """What is to be told: alarms that are new, and those that hold no more."""

    raised: tuple[Alarm, ...]
    cleared: tuple[Alarm, ...]

    def __bool__(self) -> bool:
        return bool(self.raised or self.cleared)


def news(now: Sequence[Alarm], told: Mapping[str, str]) -> News:
    """Compare with what was told before (key to sentence): every alarm is told once until it clears."""
    present = {alarm.key for alarm in now}
    raised = tuple(alarm for alarm in now if alarm.key not in told)
    cleared = tuple(Alarm(key, text) for key, text in sorted(told.items()) if key not in present)
    return News(raised, cleared)
