"""Free disk space, least valuable things first, until the target is met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import click
import msgspec

from nab.actions.bench import Bench
from nab.actions.disks import preflight
from nab.actions.log import derived
from nab.actions.upkeep.gc import candidates
from nab.actions.upkeep.gc.candidates import Find
from nab.core.errors import FAILED, NabError
from nab.core.text.tables import Report, Table
from nab.core.upkeep import disks
from nab.core.upkeep.gc import Item, Wish, rank
from nab.edges.files import locks
from nab.edges.untrusted import folder_sizes
from nab.paths import AgentFolder

REMEDY = "docs/disk.md says what else takes room, and what is never removed"


@dataclass
class Found:
    """What went, or with a dry run would go, what was wished for, and what is wrong."""

    dry_run: bool
    goal: int | None = None
    won: int = 0
    items: list[Item] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

    @property
    def is_enough(self) -> bool:
        return self.goal is not None and self.won >= self.goal


def collect(bench: Bench, wish: Wish, *, dry_run: bool, tell: Callable[[str], None]) -> Found:
    """Make room. Raises NabError (busy) while somebody else does. What cannot go is told, and stops nothing."""
    with locks.held(bench.paths.lock("gc"), what="gc"):
        report = Found(dry_run, goal(bench, wish))
        for find in sorted(found(bench, report), key=lambda one: rank(one.item)):
            if report.is_enough:
                break
            report.won += find.item.wins if dry_run else taken(find, report, tell)
            report.items.append(find.item)
        if report.items and not dry_run:
            derived.publish(bench)
    return judged(bench, report)


def goal(bench: Bench, wish: Wish) -> int | None:
    """Return how many bytes are to be won."""
    used = folder_sizes.whole(AgentFolder(bench.paths.root)).room.bytes if wish.budget_gib is not None else 0
    return wish.bytes(used, preflight.look(bench)[0].free_bytes)


def found(bench: Bench, report: Found) -> list[Find]:
    """Find what may go; without an engine that is what the state folder has."""
    finds = list(candidates.look(bench, report.trouble.append))
    try:
        finds += candidates.on_the_engine(bench, report.trouble.append)
    except NabError as error:
        report.trouble.append(f"nothing on the engine was looked at: {error.message}")
    return finds


def taken(find: Find, report: Found, tell: Callable[[str], None]) -> int:
    """Let one thing go. Returns what it brought."""
    try:
        won = find.take()
    except (NabError, OSError) as error:
        said = error.message if isinstance(error, NabError) else str(error)
        report.trouble.append(f"{find.item.what} of {find.item.run}: {said}")
        return 0
    brought = disks.gib(won or find.item.bytes)
    tell(f"{find.item.kind.value:9}  {brought:>10}  {find.item.run or '-'}  {find.item.what}")
    return won


def judged(bench: Bench, report: Found) -> Found:
    """Note where there is still too little room."""
    if not report.dry_run:
        if report.goal is not None and not report.is_enough:
            missing = disks.gib(report.goal - report.won)
            report.trouble.append(f"{missing} more were to be won, and nothing else may go")
        if low := preflight.low(bench):
            report.trouble.append(low)
    return report


def show(report: Found) -> Report:
    """Write a dry run, or the sum of what went, for a person."""
    if not report.items:
        enough = "nothing has to go: there is as much room as is wished for"
        return ["nothing may go" if report.goal != 0 else enough]
    if not report.dry_run:
        return [f"{disks.gib(report.won)} were won"]
    rows = [(item.kind.value, disks.gib(item.bytes), item.run, item.what) for item in report.items]
    shown = Table(("kind", "takes", "run", "what"), rows)
    return [shown, f"about {disks.gib(report.won)} would be won"]


def as_json(report: Found) -> dict[str, Any]:
    """Tell it as plain values."""
    return {
        "dry_run": report.dry_run,
        "goal_bytes": report.goal,
        "won_bytes": report.won,
        "items": [{**msgspec.to_builtins(item), "wins": item.wins} for item in report.items],
        "trouble": report.trouble,
    }


def finish(report: Found) -> None:
    """Raise NabError where something is wrong, after all is told."""
    for line in report.trouble[:-1]:
        click.echo(f"nab: {line}", err=True)
    if report.trouble:
        raise NabError(report.trouble[-1], hint=REMEDY, exit_code=FAILED)
