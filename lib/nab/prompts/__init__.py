"""What agents are asked. The objective is one sentence, written once; every level's prompt begins with it."""

from __future__ import annotations

import hashlib
import re
from importlib import resources

import msgspec

from nab.core.levels import Level
from nab.core.scores.metrics import OBJECTIVES

VERSION = "3"  # a change of wording is a break in every series: count on, and say so in the changelog
PLACE = re.compile(r"\{\{(\w+)\}\}")
GAPS = {20: 8, 60: 16}  # by the horizon: eras that the targets of neighbouring weeks overlap


class TaskFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What differs from one entrant to another."""

    metric: str
    model: str
    active_hours: float
    submit_minutes: float
    memory_gib: float


class Prompt(msgspec.Struct, frozen=True):
    """Exactly what an agent gets."""

    level: Level
    version: str
    sha256: str
    text: str


def prompt(level: Level, facts: TaskFacts) -> Prompt:
    """Write the prompt of a level."""
    horizon = OBJECTIVES[facts.metric].horizon
    values = {
        "objective": objective(facts.metric, facts.model),
        "model": facts.model,
        "budget": amount(facts.active_hours, "hour"),
        "submit_minutes": amount(facts.submit_minutes, "minute"),
        "memory": f"{facts.memory_gib:g} GiB",
        "target": f"target_ender_{horizon}",
        "gap": str(GAPS[horizon]),
    }
    text = filled(template(level.value), {**values, **parts(values)})
    return Prompt(level, VERSION, fingerprint(text), text)


def later(name: str, **values: str) -> str:
    """Write a passage of what a later session is told: resume, fresh, again, notes, wind-down and the like."""
    return filled(template(name), values)


def parts(values: dict[str, str]) -> dict[str, str]:
    """Return the passages that several levels share."""
    return {name: filled(template(name), values) for name in ("box", "submission")}


def objective(metric: str, model: str) -> str:
    """Return the one sentence that every agent at every level gets."""
    return template("objective").format(metric=OBJECTIVES[metric].title, model=model)


def template(name: str) -> str:
    """Read a text of this folder."""
    return resources.files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8").strip()


def filled(text: str, values: dict[str, str]) -> str:
    """Fill the places of a text; one that has no value is a mistake of ours, and a KeyError."""
    return PLACE.sub(lambda place: values[place[1]], text)


def amount(number: float, unit: str) -> str:
    """Write a number with its unit: 1 hour, 24 hours."""
    return f"{number:g} {unit}{'' if number == 1 else 's'}"


def fingerprint(text: str) -> str:
    """Return the sha256 (64 hex digits) of a prompt."""
    return hashlib.sha256(text.encode()).hexdigest()
