"""Where a dataset is cut: which eras an agent may see, which targets of them, and which eras are sealed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

import msgspec

from nab.core.errors import NabError

LAYOUT = 1
DAYS_A_WEEK = 5  # scoring days; an era is a week
SHORT_DAYS, LONG_DAYS = 20, 60
FEWEST_SEALED = 20  # below it no difference is tested
FEWEST_SEEN = 10  # eras whose every target an agent must have
ENDING_IN_DAYS = re.compile(r"_(\d{1,3})$")


class Cut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dataset cut: the sealed eras are `first` to `last`. `files` are what is served, by name, each with its SHA-256.

    `sealed` is the SHA-256 of each sealed era's live file, by era; `truth` that of the table of their targets.
    """

    first: int
    last: int
    layout: int = LAYOUT
    files: dict[str, str] = {}
    sealed: dict[int, str] = {}
    truth: str = ""

    @property
    def hash(self) -> str:
        """By what the cut is known: it changes with every byte that is served or scored by."""
        told = msgspec.to_builtins(self, str_keys=True)
        return hashlib.sha256(msgspec.json.encode(told, order="sorted")).hexdigest()

    @property
    def eras(self) -> range:
        """The sealed eras, oldest first."""
        return range(self.first, self.last + 1)

    def shows(self, era: int) -> bool:
        """Say whether an era lies before the sealed ones."""
        return era < self.first

    def shows_target(self, era: int, days: int) -> bool:
        """Say whether a target over so many days is known for an era: it had come in before the first sealed era."""
        return era < self.first - embargo(days)

    def seals(self, era: int) -> bool:
        """Say whether an era is sealed, or newer still."""
        return era >= self.first


def embargo(days: int) -> int:
    """Return how many eras before a moment have no target yet: Numerai's 5 for 20 days, 13 for 60."""
    return -(-days // DAYS_A_WEEK) + 1


def horizon(days: int) -> int:
    """Return how many weekly eras in a row share days of a target: 4 for 20 days, 12 for 60."""
    return -(-days // DAYS_A_WEEK)


def days_of(target: str) -> int:
    """Return over how many days a target's column is. Plain `target` differs between versions: the longest then."""
    found = ENDING_IN_DAYS.search(target)
    return int(found[1]) if found and int(found[1]) else LONG_DAYS


def is_target(column: str) -> bool:
    """Say whether a column of a dataset is a target."""
    return column == "target" or column.startswith("target_")


def place(known: Iterable[int], first_era: int, sealed: int) -> Cut:
    """Seal the newest eras of those whose target is known; newer ones are served to nobody.

    Raises NabError where there are too few to seal, or too few left.
    """
    eras = sorted(set(known))
    if sealed < FEWEST_SEALED:
        raise NabError(
            f"{sealed} sealed eras are too few", hint=f"replay.sealed: {FEWEST_SEALED} at least, 150 usually"
        )
    least = first_era + FEWEST_SEEN + embargo(LONG_DAYS)
    if len(eras) < sealed or eras[-1] - sealed + 1 < least:
        raise NabError(
            f"a dataset of {len(eras)} eras with targets is too short to seal {sealed}",
            hint="fewer of them in replay.sealed, or a longer dataset",
        )
    first, last = eras[-sealed], eras[-1]
    if last - first + 1 != sealed:
        raise NabError(
            f"of the eras {first} to {last} some have no target", hint="eras must be whole: download again"
        )
    return Cut(first=first, last=last)
