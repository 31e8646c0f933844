"""Answers as shapes: of which kind each field's values are, and whether it is ever null."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from nab.core.contract.contract import Field
from nab.core.contract.selections import Tree, inner, name

UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
DECIMAL = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?(?:E[-+]?\d{1,4})?", re.IGNORECASE)
DAY = re.compile(r"\d{4}-\d\d-\d\d")
WORD = re.compile(r"[\w.:+-]{1,60}")
TEXTS = {"text", "time", "time without a zone", "date", "decimal", "uuid"}
FRACTIONS = ("Float", "Decimal", "BigDecimal")
KINDS = {type(None): "null", bool: "boolean", int: "integer", float: "number", list: "list"}
MOST_ENTRIES = 2_000  # of one list
MOST_WORDS = 40


@dataclass
class Sight:
    """What was seen of a field so far."""

    kinds: set[str] = field(default_factory=set)
    null: bool = False
    values: set[str] = field(default_factory=set)
    missing: bool = False


class Sights:
    """What was seen of an API's fields so far, by label. `words` names the fields whose values are kept."""

    def __init__(self, types: dict[str, str], words: Iterable[str]) -> None:
        self.types = types
        self.words = set(words)
        self.seen: dict[str, Sight] = {}

    def see(self, label: str, value: Any, tree: Tree) -> None:
        """Look at what an answer says of a field, and of what was asked below it."""
        sight = self.seen.setdefault(label, Sight())
        if value is None:
            sight.null = True
        elif isinstance(value, list):
            sight.kinds |= {"list"} if not value else set()
            for one in value[:MOST_ENTRIES]:
                sight.kinds.add(f"list of {self.kind(label, one)}")
                self.below(label, one, tree)
        else:
            sight.kinds.add(self.kind(label, value))
            if label in self.words and len(sight.values) < MOST_WORDS:
                sight.values |= {value} if isinstance(value, str) and WORD.fullmatch(value) else set()
            self.below(label, value, tree)

    def below(self, label: str, value: Any, tree: Tree) -> None:
        """Look at the fields of an object."""
        if not isinstance(value, dict):
            return
        for key, deeper in tree.items():
            inside = f"{inner(self.types.get(label, ''))}.{name(key)}"
            if name(key) in value:
                self.see(inside, value[name(key)], deeper)
            else:
                self.seen.setdefault(inside, Sight()).missing = True

    def kind(self, label: str, value: Any) -> str:
        """Name the kind of a value; whole numbers count as fractions where those are declared."""
        found = kind(value)
        return "number" if found == "integer" and inner(self.types.get(label, "")) in FRACTIONS else found

    def added_to(self, fields: dict[str, Field]) -> dict[str, Field]:
        """Return the fields as they are declared and as they were seen."""
        whole = dict(fields)
        for label, sight in self.seen.items():
            known = whole.get(label, Field())
            gone = (
                "it is not in the answer"
                if sight.missing and not sight.kinds and not sight.null
                else known.gone
            )
            whole[label] = Field(
                known.declared, known.arguments, sorted(sight.kinds), sight.null, sorted(sight.values), gone
            )
        return whole


def kind(value: Any) -> str:
    """Name the kind of a value of JSON."""
    return kind_of_text(value) if isinstance(value, str) else KINDS.get(type(value), "object")


def kind_of_text(text: str) -> str:
    """Tell texts that have a form from those that have none."""
    if UUID.fullmatch(text):
        return "uuid"
    if DECIMAL.fullmatch(text):
        return "decimal"
    try:
        if DAY.fullmatch(text) and date.fromisoformat(text):
            return "date"
        if DAY.match(text):
            return "time" if datetime.fromisoformat(text).tzinfo else "time without a zone"
    except ValueError:
        pass
    return "text"


def strange(here: Iterable[str], there: Iterable[str]) -> list[str]:
    """Return the kinds that were seen there and are not among those here."""
    return [one for one in there if not fits(one, set(here))]


def fits(one: str, known: set[str]) -> bool:
    """Say whether whoever reads these kinds can read this one: every text is a text, every whole number a number."""
    if one in known:
        return True
    if one.startswith("list of "):
        inside = {other.removeprefix("list of ") for other in known if other.startswith("list of ")}
        return fits(one.removeprefix("list of "), inside) if inside else "list" in known
    if one == "list":
        return any(other.startswith("list") for other in known)
    return (one in TEXTS and "text" in known) or (one == "integer" and "number" in known)
