"""Nothing leaves that may not: no key, no licensed data, no file of predictions, no page of somebody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nab.core.text.terminal import UNSAFE
from nab.core.upkeep.secrets.verdicts import Judge
from nab.site.gates.offences import Offence

KINDS = (".html", ".css", ".js", ".json", ".csv", ".svg", ".xml", "_headers", ".nojekyll")
PREDICTIONS = re.compile(rb"^\"?id\"?,\"?prediction", re.MULTILINE)


def leaks(path: str, content: bytes, judge: Judge) -> Iterator[Offence]:
    """Yield why a file may not go out. What was found is not repeated."""
    if not path.endswith(KINDS):
        yield Offence(path, "a kind of file that is never published", path.rpartition(".")[2])
    if verdict := judge.look(path.encode(), content):
        yield Offence(path, "may not leave this machine", verdict.reason)
    if PREDICTIONS.search(content):
        yield Offence(path, "may not leave this machine", "predictions")


def hidden(path: str, page: str) -> Iterator[Offence]:
    """Yield characters that turn the direction of a page, or that nobody sees."""
    for found in UNSAFE.finditer(page):
        yield Offence(path, "a character that nobody sees", f"U+{ord(found[0]):04X}")
