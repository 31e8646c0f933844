"""What a gate says: which file is wrong, by which rule, and what exactly."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import NamedTuple

DATA = re.compile(r"<data\b([^>]*)>(.*?)</data>", re.DOTALL)
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
TAG = re.compile(r"<[^>]*>")
MAIN = re.compile(r"<main\b[^>]*>(.*?)</main>", re.DOTALL)


class Offence(NamedTuple):
    """Something that keeps the site from being shown."""

    path: str
    gate: str
    what: str

    @property
    def words(self) -> str:
        """It in one line."""
        return f"{self.path}: {self.gate}: {self.what}"


class Data(NamedTuple):
    """A figure as it stands in a page."""

    told: dict[str, str]
    text: str

    @property
    def origin(self) -> str:
        """The one place that it comes from; empty where it names none."""
        found = [self.told.get(f"data-{kind}", "") for kind in ("claim", "event", "setting", "command")]
        return next((one for one in found if one), "")


@lru_cache(maxsize=4)
def figures(page: str) -> tuple[Data, ...]:
    """Return the figures of a page; every gate asks for them, one after the other."""
    return tuple(
        Data(attributes(found[1]), html.unescape(TAG.sub("", found[2])).strip())
        for found in DATA.finditer(page)
    )


def attributes(written: str) -> dict[str, str]:
    """Read the attributes of an element."""
    return {name: html.unescape(value) for name, value in ATTRIBUTE.findall(written)}
