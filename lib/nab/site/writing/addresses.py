"""Where everything has its page. What somebody else named gets a name of letters, digits and a few signs."""

from __future__ import annotations

import hashlib
import re

PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*")
LONGEST = 80
BLOCK = 1000  # events a page of evidence


def slug(name: str) -> str:
    """Return a name as a folder of the site: as it is where that is plain, else a hash of it."""
    if PLAIN.fullmatch(name) and len(name) <= LONGEST:
        return name
    return f"x-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def folder(*names: str) -> str:
    """Return the page of a folder."""
    return "/".join([*names, "index.html"])


def entrant(name: str) -> str:
    """Return the page of an entrant."""
    return folder("entrants", slug(name))


def timeline(name: str, month: str = "") -> str:
    """Return the page of an entrant's timeline, or of a month of it."""
    return folder("entrants", slug(name), "timeline", *([month] if month else []))


def run(name: str) -> str:
    """Return the page of a run."""
    return folder("runs", slug(name))


def round_(number: int) -> str:
    """Return the page of a round."""
    return folder("rounds", str(number))


def claim(name: str, version: int = 0) -> str:
    """Return the page of a claim, or of a version of it."""
    return folder("claims", slug(name), *([f"v{version}"] if version else []))


def compare(one: str, other: str) -> str:
    """Return the page of two entrants side by side."""
    first, second = sorted((one, other))
    return folder("compare", f"{slug(first)}-vs-{slug(second)}")


def question(name: str) -> str:
    """Return the page of a question."""
    return folder("questions", name)


def evidence(seq: int) -> str:
    """Return where an event is told."""
    return f"{folder('evidence', str(seq // BLOCK))}#e{seq}"


def up(path: str) -> str:
    """Return the way from a page to the site's root."""
    return "../" * path.count("/")
