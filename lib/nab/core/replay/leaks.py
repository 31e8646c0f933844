"""Whether a run knew what is sealed: four checks of what it was served, what it kept and what it predicted.

Each says what it saw, so that a reader can look for himself. No check proves that nothing leaked: an agent that knew a
little of the targets and hid it well looks like a good one. What keeps the seal is that nothing of it is served.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum, sqrt

from nab.core.replay.cut import Cut

# No model known to us has a mean CORR of .05 over 100 eras; the best benchmark models have about .03.
BEYOND_BELIEF = 0.10
DEVIATIONS = 6.0  # of chance alone, on top of it
FEWEST_IDS = 3  # of sealed eras in one file: one may be a coincidence of a truncated id


class Way(StrEnum):
    """How what is sealed may have got out."""

    FILE = "file"  # a file that is none of the cut's, or rows of sealed eras in one
    DATE = "date"  # an era of a sealed week, whoever's rows these are
    EMBARGO = "embargo"  # a target that had not come in when the first sealed era began
    TARGET = "target"  # predictions that are too good


@dataclass(frozen=True)
class Served:
    """A dataset file that the run's box was served: by its name there, and its SHA-256 where that was recorded."""

    name: str
    sha256: str = ""


@dataclass(frozen=True)
class Table:
    """What a table that the run kept says of eras: the newest, and for each length of target in days the newest known.

    `sealed_ids` is how many ids of sealed eras are in it. Without eras (a live file's is unnamed) `newest` is None.
    """

    name: str
    sha256: str = ""
    newest: int | None = None
    newest_known: Mapping[int, int] = field(default_factory=dict)
    sealed_ids: int = 0


@dataclass(frozen=True)
class EraScore:
    """What predictions on a sealed era were worth as CORR, and on how many ids."""

    era: int
    corr: float
    ids: int


@dataclass(frozen=True)
class Leak:
    """Something that a replayed run should not have known, and where that is seen."""

    way: Way
    where: str
    why: str


def of_served(cut: Cut, served: Iterable[Served]) -> list[Leak]:
    """Return the files that were served in development and are none of the cut's."""
    found = []
    for one in served:
        kept = cut.files.get(one.name)
        if kept is None and not is_live(one.name):
            found.append(Leak(Way.FILE, one.name, "it was served, and is no file of the cut"))
        elif kept is not None and one.sha256 and one.sha256 != kept:
            found.append(Leak(Way.FILE, one.name, f"what was served is not the cut's {kept[:12]}"))
    return found


def is_live(name: str) -> bool:
    """Say whether a file is new every round: in development that is the last era before the sealed ones."""
    return name.rpartition("/")[2].startswith("live")


def of_tables(cut: Cut, tables: Iterable[Table]) -> list[Leak]:
    """Return what the tables that a run kept from its development tell of sealed eras."""
    return [leak for one in tables for leak in of_table(cut, one)]


def of_table(cut: Cut, table: Table) -> list[Leak]:
    """Return what one table tells; a file that is the cut's own tells nothing."""
    if table.sha256 and table.sha256 in cut.files.values():
        return []
    found = []
    if table.sha256 and table.sha256 in {*cut.sealed.values(), cut.truth}:
        found.append(Leak(Way.FILE, table.name, "it is a file of the sealed eras"))
    elif table.sealed_ids >= FEWEST_IDS:
        found.append(Leak(Way.FILE, table.name, f"{table.sealed_ids} of its ids are those of sealed eras"))
    if table.newest is not None and cut.seals(table.newest):
        found.append(
            Leak(Way.DATE, table.name, f"it goes to era {table.newest}, and {cut.first} is the first sealed")
        )
    for days, newest in sorted(table.newest_known.items()):
        if not cut.shows_target(newest, days):
            found.append(
                Leak(
                    Way.EMBARGO,
                    table.name,
                    f"it knows a target over {days} days of era {newest}, which came in after era {cut.first} began",
                )
            )
    return found


def of_scores(scores: Sequence[EraScore]) -> list[Leak]:
    """Return what is too good to be a prediction: in one era, or over all of them."""
    found = [
        Leak(Way.TARGET, f"era {one.era}", words(one.corr, limit(one.ids)))
        for one in scores
        if one.ids and one.corr > limit(one.ids)
    ]
    total = sum(one.ids for one in scores)
    if total:
        mean = fsum(one.corr * one.ids for one in scores) / total
        if mean > limit(total):
            found.append(Leak(Way.TARGET, f"{len(scores)} eras", words(mean, limit(total))))
    return found


def limit(ids: int) -> float:
    """Return the CORR above which predictions on so many ids were not made from features."""
    return BEYOND_BELIEF + DEVIATIONS / sqrt(ids)


def words(corr: float, most: float) -> str:
    """Say how good is too good."""
    return f"CORR {corr:+.4f}, and from features there is none above {most:.4f}"


def ways(leaks: Iterable[Leak]) -> list[str]:
    """Return the ways in which something leaked, each once, in the order of the checks."""
    seen = {one.way for one in leaks}
    return [way.value for way in Way if way in seen]
