"""The dead-man: look whether all is well from outside the watcher, and tell a person once of everything that is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from nab.actions.bench import Bench
from nab.core.errors import NabError
from nab.core.health import alarm_ways, alarms, verdict
from nab.core.health.alarm_kinds import AlarmKind
from nab.core.health.alarms import Alarm, News
from nab.core.health.verdict import Health
from nab.core.text import terminal, times
from nab.core.text.counts import number_of
from nab.edges import clock, failpoints
from nab.edges.failpoints import Failpoint
from nab.edges.files import files, locks
from nab.edges.net import notifier
from nab.edges.net.notifier import Told

SUBJECT = "NumeraiAgentBench"


def now(bench: Bench) -> tuple[Alarm, ...]:
    """Return the alarms that hold, each a line: those of the log, and what the last look at the release found."""
    return (*of_the_log(bench), *map(in_one_line, verdict.alarms(last_look(bench))))


def of_the_log(bench: Bench) -> tuple[Alarm, ...]:
    """Return the alarms that the log tells of. That it cannot be read is one: then it says nothing else."""
    try:
        read = bench.log.read()
    except NabError as error:
        return (Alarm(AlarmKind.LOG, terminal.one_line(error.message)),)
    settings = bench.config.settings
    live, firing = settings.tournament.kind == "live", timedelta(minutes=settings.limits.submit_minutes)
    found = alarms.alarms(read.chain.events, clock.now(), live=live, firing=firing, closed=read.closed.rounds)
    syncs = bool(settings.sync.remote)  # without a remote nothing will ever tell of its recovery
    return tuple(in_one_line(one) for one in found if syncs or one.key != AlarmKind.SYNC)


def in_one_line(alarm: Alarm) -> Alarm:
    return replace(alarm, text=terminal.one_line(alarm.text))


def last_look(bench: Bench) -> Health | None:
    """Return what the health file says; None where there is none, or one that cannot be read."""
    try:
        return files.read_json(bench.paths.health, Health)
    except NabError:
        return None


def look(bench: Bench) -> News:
    """Tell what is new. Raises NabError when nobody could be told: then the next look tries again."""
    with locks.held(bench.paths.lock("deadman"), what="the dead-man"):
        told = told_before(bench.paths.alarms)
        found = now(bench)
        news = alarms.news(found, {key: one["text"] for key, one in told.items()})
        if news:
            text = message(news)
            click.echo(text)
            told_now = tell(bench, subject(news, found), text)
            failpoints.reach(Failpoint.ALARMS_SENT)
            since = times.text(clock.now())
            kept = {a.key: told.get(a.key) or {"text": a.text, "since": since} for a in found}
            files.replace_json(bench.paths.alarms, kept)
            click.echo(told_now.words or "told by nothing but this: docs/alarms.md says how", err=True)
    return news


def told_before(path: Path) -> dict[str, dict[str, str]]:
    """Return what was told already. A file that is missing or cannot be read makes us tell all of it again."""
    try:
        return files.read_json(path, dict[str, dict[str, str]])
    except NabError:
        return {}


def subject(news: News, found: Sequence[Alarm]) -> str:
    """Say it in a line."""
    if news.raised:
        more = f" and {len(news.raised) - 1} more" if len(news.raised) > 1 else ""
        return f"{SUBJECT}: {news.raised[0].text[:100]}{more}"
    return (
        f"{SUBJECT}: all is well"
        if not found
        else f"{SUBJECT}: better, {number_of(len(found), 'alarm')} left"
    )


def message(news: News) -> str:
    """Say all of it."""
    lines = [in_a_line(alarm) for alarm in news.raised]
    return "\n".join([*lines, *(f"over  {alarm.text}" for alarm in news.cleared)])


def tell(bench: Bench, subject: str, text: str) -> Told:
    """Tell a person, in every way that the operator has named. Raises NabError when none took it."""
    settings = notifier.settings(bench.config)
    if settings.is_old:
        click.echo(f"nab: {alarm_ways.MOVE}", err=True)
    return notifier.tell(alarm_ways.ways(settings), subject, text)


def in_a_line(alarm: Alarm) -> str:
    """Say an alarm, and where it stands what to do."""
    return f"ALARM {alarm.text} ({alarm.page})"


def try_out(bench: Bench) -> str:
    """Send a message that says that it is a trial, to see that it arrives."""
    told = tell(bench, f"{SUBJECT}: a trial", "Alarms arrive here.")
    return told.words or "nobody is told: state/secrets/alarms.json names nobody (docs/alarms.md)"
