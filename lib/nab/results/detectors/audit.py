"""The audit of the detectors: labelled cases, what a detector says of each, its precision and recall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from nab.core.errors import NabError
from nab.results.behaviour import binomials, research
from nab.results.behaviour.binomials import Share
from nab.results.detectors import (
    effort,
    families,
    knowledge,
    metrics,
    promotions,
    signatures,
    silence,
    weak_features,
)
from nab.results.detectors.records import Call, Change, Fetched, Run, Said, Sample

PRECISE = 0.9
FEWEST_LABELS = 40  # of each kind; with fewer a detector is experimental whatever they say
VERSIONS = {
    "knowledge": knowledge.VERSION,
    "metrics": metrics.VERSION,
    "signatures": signatures.VERSION,
    "silence": silence.VERSION,
    "weak_features": weak_features.VERSION,
    "families": families.VERSION,
    "promotions": promotions.VERSION,
    "effort": effort.VERSION,
}


class Case(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of results/audit/NAME.jsonl: what a person decided. A language model's label is a second column.

    `source`: rebuilt by hand in the form of a real tool's output, from a run on scripted models, or from a real run.
    """

    label: bool
    source: Literal["rebuilt", "scripted", "real"]
    case: dict[str, Any]
    by: str = ""
    at: str = ""
    id: str = ""
    llm: str = ""
    llm_label: bool | None = None


def says_metrics(case: dict[str, Any]) -> bool:
    """Whether the ledger has a value of a metric on a surface in a text."""
    rows = metrics.read(case["text"], case.get("context", ""))
    wanted = (case["name"], case["surface"])
    value = float(case["value"])
    return any(
        (row.name, row.surface.value) == wanted
        and (row.value == value or (row.value != row.value and value != value))  # noqa: PLR0124
        for row in rows
    )


def says_signatures(case: dict[str, Any]) -> bool:
    """Whether a program has a signature."""
    return case["signature"] in {name for name, _ in signatures.read(case["code"])}


def says_silence(case: dict[str, Any]) -> bool:
    """Whether there is a silent failure of a kind in printed metrics, in a call and the words after it, in samples."""
    if case["kind"] == silence.NOTHING:
        return bool([*silence.of_metrics([*metrics.read(case["text"], case.get("context", ""))])])
    if case["kind"] == silence.CLAIMED:
        call = Call(id="c", at=0, until=1, name="Bash", command=case["command"], exit_code=case["exit_code"])
        said = Said(id="s", at=2, role="assistant", text=case["said"])
        return bool([*silence.of_claims([call], [said])])
    samples = [Sample(at=at, cpu_seconds=cpu, written_bytes=written) for at, cpu, written in case["samples"]]
    return bool([*silence.of_work(samples)])


def says_knowledge(case: dict[str, Any]) -> bool:
    """Whether a program uses an item whose first source is the one that is named."""
    seen, channel = case.get("seen", ""), case.get("channel", "")
    run = Run(
        run="r",
        entrant="e",
        prompt=case.get("prompt", ""),
        calls=(Call(id="c", at=1, until=2, name="Bash", result=seen),) if channel == "local" else (),
        fetched=(Fetched(id="f", at=1, category="docs", host="", text=seen),) if channel == "fetched" else (),
        changes=(Change(id="w", at=9, path="a.py", text=case["text"]),),
    )
    return any(
        (one.item, one.source.value) == (case["item"], case["source"]) for one in knowledge.of_run(run)
    )


DECIDES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "knowledge": says_knowledge,
    "metrics": says_metrics,
    "signatures": says_signatures,
    "silence": says_silence,
}


@dataclass(frozen=True)
class Performance:
    """How good a detector is, by its labelled cases."""

    detector: str
    version: int
    precision: Share
    recall: Share
    negatives: int
    left: int
    sources: dict[str, int]
    wrong: tuple[Case, ...] = ()

    @property
    def experimental(self) -> bool:
        value = self.precision.value
        few = min(self.recall.of, self.negatives) < FEWEST_LABELS
        return few or value is None or value < PRECISE

    @property
    def words(self) -> str:
        """Say it beside a number."""
        name = f"{self.detector} {self.version}"
        if not self.recall.of:
            return f"{name}: experimental, no labelled cases"
        mark = "experimental, " if self.experimental else ""
        cases = ", ".join(f"{count} {source}" for source, count in sorted(self.sources.items()))
        return f"{name}: {mark}precision {self.precision.words}, recall {self.recall.words}; labels: {cases}"


def performance(detector: str, cases: Sequence[Case]) -> Performance:
    """Hold a detector against its labelled cases."""
    decides = DECIDES.get(detector)
    said = [bool(decides(one.case)) for one in cases] if decides else []
    pairs = (
        Counter((found, one.label) for found, one in zip(said, cases, strict=True)) if decides else Counter()
    )
    positives = pairs[True, True] + pairs[False, True]
    return Performance(
        detector=detector,
        version=VERSIONS[detector],
        precision=binomials.share(pairs[True, True], pairs[True, True] + pairs[True, False]),
        recall=binomials.share(pairs[True, True], positives),
        negatives=pairs[True, False] + pairs[False, False],
        left=pairs[False, False],
        sources=dict(Counter(one.source for one in cases)),
        wrong=tuple(one for found, one in zip(said, cases, strict=True) if found != one.label)
        if decides
        else (),
    )


def of_real(detector: str, cases: Iterable[Case]) -> research.Audit | None:
    """Return sensitivity and specificity by labels of real runs alone; None where there are too few.

    What was rebuilt or scripted tells whether the rule does what it is meant to, not how often it does in the field.
    """
    found = performance(detector, [one for one in cases if one.source == "real"])
    if min(found.recall.of, found.negatives) < FEWEST_LABELS:
        return None
    return research.Audit(found.recall.hits, found.recall.of, found.left, found.negatives)


def read(lines: Iterable[bytes], name: str) -> list[Case]:
    """Read an audit file. Raises NabError that names the line."""
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(msgspec.json.decode(line, type=Case))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise NabError(
                f"{name}, line {number}: {error}", hint="docs/questions.md has the form of a case"
            ) from None
    return found


def named(detector: str) -> str:
    """Return a detector's name. Raises NabError for what is none."""
    if detector not in VERSIONS:
        raise NabError(f"no detector {detector!r}", hint="DETECTOR=" + ", ".join(VERSIONS))
    return detector
