"""One number, one origin: no figure without a claim, an event or a setting, none edited, none told twice apart."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence

from nab.site.gates.offences import MAIN, TAG, Offence, figures

# What may have digits in it and is no figure: links (names), times, code, others' words, drawings (each has a table).
APART = re.compile(r"<(data|time|code|pre|q|bdi|svg|a|script|style)\b[^>]*>.*?</\1>", re.DOTALL)
NUMBER = re.compile(r"(?<![\w.-])[+\-\u2212$]?\d[\d,]*(?:\.\d+)?(?![\w])")
WRITTEN = re.compile(r"[+\-\u2212]?\$?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")
FACTORS = {"h": 3600.0, "min": 60.0, "%": 0.01}


def without_origin(path: str, page: str) -> Iterator[Offence]:
    """Yield figures that name no origin, and numbers that stand outside of a figure."""
    for one in figures(page):
        if not one.origin:
            yield Offence(path, "number without an origin", one.text)
    main = MAIN.search(page)
    rest = TAG.sub(" ", APART.sub(" ", main[1])) if main else ""
    for found in NUMBER.finditer(html.unescape(rest)):
        near = " ".join(rest[max(0, found.start() - 30) : found.end() + 20].split())
        yield Offence(path, "number outside of a figure", f"{found[0]} in: {near}")


def edited(path: str, page: str) -> Iterator[Offence]:
    """Yield figures whose words are not their value."""
    for one in figures(page):
        value, shown = number(one.told.get("value", "")), number(one.text)
        if value is None or shown is None:
            yield Offence(path, "figure that is no number", one.text)
        elif not same(value, shown, one.text):
            yield Offence(
                path, "hand-edited number", f"{one.text}, and its value is {one.told['value']} ({one.origin})"
            )


def number(text: str) -> float | None:
    """Read a number as pages write it."""
    found = WRITTEN.search(text)
    if found is None:
        return None
    plain = found[0].replace("\u2212", "-").replace(",", "").replace("$", "")
    return float(plain)


def same(value: float, shown: float, text: str) -> bool:
    """Say whether a text is its value, rounded to the digits that it has."""
    unit = text.rpartition(" ")[2] if " " in text else text[-1:]
    shown *= FACTORS.get(unit, 1.0)
    digits = WRITTEN.search(text)
    assert digits is not None
    if "e" in digits[0]:
        return abs(value - shown) <= abs(value) * 0.01
    step = 10.0 ** -len(digits[0].partition(".")[2]) * FACTORS.get(unit, 1.0)
    return abs(value - shown) <= step * 0.501


def apart(pages: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[Offence]:
    """Yield what two pages tell differently although it is the same thing; `pages` are values by key, by page."""
    known: dict[str, tuple[str, str]] = {}
    for path, counts in pages.items():
        for key, values in counts.items():
            for value in values:
                before = known.setdefault(key, (value, path))
                if before[0] != value:
                    yield Offence(
                        path,
                        "count that differs between pages",
                        f"{key} is {value}, in {before[1]} {before[0]}",
                    )
