"""Whether all is well, since when, and why not: what the one health file says to a monitor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from nab.core.health import checks as verdicts
from nab.core.health.alarm_kinds import AlarmKind
from nab.core.health.alarms import Alarm
from nab.core.health.checks import Check, CheckVerdict

SCHEMA = 1


class CheckTold(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    name: str
    verdict: str
    finding: str
    remedy: str = ""


class AlarmTold(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm that holds, since when, and where it is said what to do."""

    key: str
    text: str
    page: str
    since: str


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What state/health.json says. `well`: the release works and no alarm holds; `healthy`: the release works.

    `since` is when `well` became what it is, `at` when that was looked at.
    """

    schema: int = SCHEMA
    well: bool
    since: str
    why: tuple[str, ...] = ()
    at: str
    release: str = ""
    version: str = ""
    healthy: bool = True
    newest_tick: str | None = None
    checks: tuple[CheckTold, ...] = ()
    alarms: tuple[AlarmTold, ...] = ()


def health(
    checks: Sequence[Check], alarms: Iterable[Alarm], at: str, told: Mapping[str, str], before: Health | None
) -> Health:
    """Judge what was found. `told` is since when alarms are told; `before` is what was said last."""
    earlier = {one.key: one.since for one in before.alarms} if before else {}
    holding = tuple(
        AlarmTold(
            key=one.key, text=one.text, page=one.page, since=told.get(one.key) or earlier.get(one.key) or at
        )
        for one in alarms
    )
    failed = [f"{one.name}: {one.finding}" for one in checks if one.verdict is CheckVerdict.FAIL]
    why = (*failed, *(one.text for one in holding))
    return Health(
        well=not why,
        since=before.since if before and before.well is not bool(why) else at,
        why=why,
        at=at,
        healthy=verdicts.is_fit(checks),
        checks=tuple(
            CheckTold(name=one.name, verdict=one.verdict.value, finding=one.finding, remedy=one.remedy)
            for one in checks
        ),
        alarms=holding,
    )


def alarms(found: Health | None) -> tuple[Alarm, ...]:
    """Return an alarm for each check that failed at the last look. That an alarm holds is no reason for another."""
    failed = [one for one in found.checks if one.verdict == CheckVerdict.FAIL] if found else []
    return tuple(
        Alarm(f"{AlarmKind.HEALTH}:{one.name}", f"not well, {one.name}: {one.finding}") for one in failed
    )


def words(found: Health) -> str:
    """Say the verdict in a line."""
    return f"{'well' if found.well else 'NOT WELL'} since {found.since}"
