"""An answer: one line, then how sure, then why, with ids that lead to the bytes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from nab.core.text import printable

MOST_EVIDENCE = 8
LONGEST_LINE = 1000


class Kind(StrEnum):
    """What kind of claim an answer is. A primary one was registered before its data; the others were not."""

    PRIMARY = "primary"
    EXPLORATORY = "exploratory"
    DESCRIPTIVE = "descriptive"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer about a run, or about two. `verdict` is its word for programs; `detectors` say what feeds it."""

    question: str
    about: str
    run: str = ""
    kind: Kind
    verdict: str
    line: str
    sure: str
    why: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    detectors: tuple[str, ...] = ()


NOT_ON_RECORD = "not on record"
UNDETERMINED = "undetermined"
NOT_IDENTIFIABLE = "not identifiable"


def written(one: Answer) -> str:
    """Write an answer for a terminal."""
    lines = [f"{one.about}: {one.line} ({one.kind})", f"  how sure: {one.sure}"]
    lines += [f"  why: {one.why[0]}"] if one.why else []
    lines += [f"       {each}" for each in one.why[1:]]
    if one.evidence:
        shown = ", ".join(one.evidence[:MOST_EVIDENCE])
        more = len(one.evidence) - MOST_EVIDENCE
        lines.append(f"  evidence in {one.run}: {shown}" + (f" and {more} more (JSON=1)" if more > 0 else ""))
    lines += [f"  by {each}" for each in one.detectors]
    return "\n".join(
        " " * (len(each) - len(each.lstrip())) + printable.line(each, LONGEST_LINE) for each in lines
    )


def distinct(ids: Iterable[str]) -> tuple[str, ...]:
    """Return ids once each, in their order."""
    return tuple(dict.fromkeys(one for one in ids if one))


def minutes(seconds: float) -> str:
    """Write a time: 12 min, 3.4 h."""
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{seconds / 60:.0f} min"


def count(number: int, noun: str, nouns: str = "") -> str:
    """Write a number with its noun."""
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"
