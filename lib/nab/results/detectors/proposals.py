"""Cases for a person to label: what a detector found in a run, and as many that it left, in an order of no meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import chain, zip_longest
from typing import Any

import msgspec

from nab.results.detectors import audit, knowledge, metrics, signatures, silence
from nab.results.detectors.records import Change, Run

Proposed = dict[str, Any]
AROUND = 2  # lines
A_NUMBER = re.compile(r"\d\.\d")


def of_run(detector: str, run: Run) -> Iterator[Proposed]:
    """Yield cases, found ones and left ones in turn; which of them a detector says yes to is not told."""
    proposed = [one for one in PROPOSES[detector](run) if one]
    found = [one for one in proposed if audit.DECIDES[detector](one)]
    left = [one for one in proposed if one not in found]
    pairs = zip_longest(sorted(found, key=by_hash), sorted(left, key=by_hash))
    return (one for one in chain.from_iterable(pairs) if one is not None)


def by_hash(one: Proposed) -> str:
    """Order cases by nothing that a person could guess from."""
    return sha256(msgspec.json.encode(one, order="deterministic")).hexdigest()


def of_metrics(run: Run) -> Iterator[Proposed]:
    """Yield lines with a number: what the ledger reads in them, or a value that it does not."""
    texts = [(one.result, one.command) for one in run.calls]
    texts += [(one.text or "", one.path) for one in run.changes if not one.is_program]
    for text, context in texts:
        for line in text.splitlines()[: metrics.MOST_LINES]:
            if not A_NUMBER.search(line) or len(line) > metrics.LONGEST_LINE:
                continue
            rows = [*metrics.read(line, context)]
            for row in rows:
                yield {
                    "text": line,
                    "context": context,
                    "name": row.name,
                    "value": row.value,
                    "surface": row.surface.value,
                }
            number = re.search(r"-?\d+\.\d+", line)
            if not rows and number:
                yield {
                    "text": line,
                    "context": context,
                    "name": "corr",
                    "value": float(number[0]),
                    "surface": "unknown",
                }


def of_signatures(run: Run) -> Iterator[Proposed]:
    """Yield lines that hold a signature, and lines near them that hold a word of it."""
    for change in run.programs:
        lines = (change.text or "").splitlines()
        for number, line in enumerate(lines):
            around = "\n".join(lines[max(0, number - AROUND) : number + AROUND + 1])
            for name, form in signatures.COMPILED.items():
                if form.search(line) or name.partition(".")[2].partition("_")[0] in line.lower():
                    yield {"code": around, "signature": name}


def of_silence(run: Run) -> Iterator[Proposed]:
    """Yield every failed call with the words after it, and the metrics of calls that printed three or more."""
    words = [one for one in run.said if one.role == "assistant" and not one.thought]
    for call in run.calls:
        said = next(
            (one for one in words if one.session == call.session and one.at >= (call.until or call.at)), None
        )
        if call.went_wrong and said:
            yield {
                "kind": silence.CLAIMED,
                "command": call.command,
                "exit_code": call.exit_code or 1,
                "said": said.text,
            }
        if len([*metrics.read(call.result, call.command)]) >= silence.IN_A_ROW:
            yield {"kind": silence.NOTHING, "text": call.result, "context": call.command}


def of_knowledge(run: Run) -> Iterator[Proposed]:
    """Yield the items of a run with the words around their use and where they were seen."""
    texts = {one.id: one for one in run.changes}
    for item in knowledge.of_run(run):
        token = knowledge.bare(item.item)
        used = texts.get(item.used)
        case: Proposed = {"text": around(used, token), "item": item.item, "source": item.source.value}
        if item.source in (knowledge.Source.FETCHED, knowledge.Source.LOCAL):
            case |= {"seen": token, "channel": item.source.value}
        if (
            item.source in (knowledge.Source.FETCHED, knowledge.Source.LOCAL, knowledge.Source.NONE)
            and case["text"]
        ):
            yield case


def around(change: Change | None, token: str) -> str:
    """Return the lines of a program around the first use of a token."""
    lines = ((change.text if change else "") or "").splitlines()
    for number, line in enumerate(lines):
        if token in line.lower():
            return "\n".join(lines[max(0, number - AROUND) : number + AROUND + 1])
    return ""


PROPOSES: dict[str, Callable[[Run], Iterator[Proposed]]] = {
    "knowledge": of_knowledge,
    "metrics": of_metrics,
    "signatures": of_signatures,
    "silence": of_silence,
}
