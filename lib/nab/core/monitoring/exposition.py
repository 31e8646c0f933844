"""Samples as Prometheus reads them: its text format, in which what others named cannot do any harm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from nab.core.text import terminal

MOST_SAMPLES = 2000  # of a family: names of models are their vendors', and there may be any number


class FamilyKind(StrEnum):
    """A counter only grows; a gauge is what is so now."""

    GAUGE = "gauge"
    COUNTER = "counter"


@dataclass(frozen=True)
class Sample:
    """A value, and of what it is."""

    value: float
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Family:
    """Samples of one name, with what they say."""

    name: str
    kind: FamilyKind
    help: str
    samples: tuple[Sample, ...]


def gauge(name: str, help_text: str, *samples: Sample) -> Family:
    return Family(name, FamilyKind.GAUGE, help_text, samples)


def counter(name: str, help_text: str, *samples: Sample) -> Family:
    return Family(name, FamilyKind.COUNTER, help_text, samples)


def sample(value: float, **labels: str) -> Sample:
    return Sample(value, labels)


def added_up(values: Iterable[tuple[float, Mapping[str, str]]]) -> tuple[Sample, ...]:
    """Add up what has the same labels, in the order of these."""
    sums: dict[tuple[tuple[str, str], ...], float] = {}
    for value, labels in values:
        key = tuple(labels.items())
        sums[key] = sums.get(key, 0) + value
    return tuple(Sample(sums[key], dict(key)) for key in sorted(sums))


def written(families: Iterable[Family]) -> str:
    """Write all families that have samples."""
    return "".join(in_lines(family) for family in families if family.samples)


def in_lines(family: Family) -> str:
    """Write a family, its sentence and its kind first."""
    heading = f"# HELP {family.name} {escaped(family.help)}\n# TYPE {family.name} {family.kind.value}\n"
    return heading + "".join(f"{family.name}{in_line(one)}\n" for one in family.samples[:MOST_SAMPLES])


def in_line(one: Sample) -> str:
    """Write a sample after its name."""
    labels = ",".join(f'{name}="{quoted(text)}"' for name, text in one.labels.items())
    return (f"{{{labels}}}" if labels else "") + f" {number(one.value)}"


def number(value: float) -> str:
    """Write a whole number as one: an instant in seconds keeps all its digits."""
    return str(int(value)) if value == int(value) else repr(float(value))


def quoted(text: str) -> str:
    """Write the value of a label, on one line and without anything that drives a terminal."""
    return escaped(terminal.one_line(text)).replace('"', '\\"')


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")
