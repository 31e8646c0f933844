"""A log of seven events in three months, for tests of what is lost or damaged in one."""

from datetime import UTC, datetime
from pathlib import Path

from nab.core.facts import Poll
from nab.core.log.events import Draft
from nab.edges.log.event_log import EventLog

MONTHS = {4: 2, 5: 3, 6: 2}  # events


def at(folder: Path, month: int) -> EventLog:
    return EventLog(folder, "test 1", now=lambda: datetime(2026, month, 9, tzinfo=UTC))


def three_months(folder: Path) -> Path:
    for month, count in MONTHS.items():
        at(folder, month).append_all([Draft(fact=Poll(ok=True))] * count)
    return folder
