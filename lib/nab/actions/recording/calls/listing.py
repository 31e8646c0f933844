"""A run's calls one by one, as its proxy recorded them, and those of them that somebody asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nab.actions.bench import Bench
from nab.core.errors import NabError
from nab.core.recording.calls import lines
from nab.core.recording.calls.lines import Call, Phase
from nab.core.runs import choice
from nab.edges.files import records

OURS = "self-test"  # the category of calls that the harness makes to try its own proxy


@dataclass(frozen=True)
class Asked:
    """Which calls are asked for. A host is asked for with all that is below it."""

    host: str = ""
    category: str = ""
    denied: bool = False
    everything: bool = False  # the harness's own calls too

    def fits(self, call: Call) -> bool:
        """Say whether a call is one of them."""
        host = self.host.lower().removeprefix("*").removeprefix(".")
        return (
            (not host or call.host.lower() == host or call.host.lower().endswith(f".{host}"))
            and (not self.category or call.category == self.category)
            and (not self.denied or call.denied is not None)
            and (self.everything or self.category == OURS or call.category != OURS)
        )


def recorded(bench: Bench, run: str) -> str:
    """Return the name of the run that is meant, of those with recorded calls. Raises NabError that lists the choices.

    The folders are asked, not the log: calls can be looked at whatever became of that.
    """
    found = {file.parent.parent.name for file in bench.paths.runs.glob("*/calls/http.jsonl*")}
    return choice.named(sorted(found), run)


def of_run(bench: Bench, run: str, asked: Asked) -> Iterator[Call]:
    """Yield the calls of a run that are asked for, in the order in which they ended.

    Raises NabError, before the first, for a run that has none, and for a category that no call of it has.
    """
    record = bench.run(recorded(bench, run)).http
    if asked.category:
        refuse_unknown(record, asked.category)
    return filter(asked.fits, told(record))


def refuse_unknown(record: Path, category: str) -> None:
    """Raise NabError that lists the categories that there are where this is none of them."""
    known = {call.category for call in told(record)} - {""}
    if category not in known:
        raise NabError(
            f"no call of the category {category!r}", hint=f"those in it: {', '.join(sorted(known)) or 'none'}"
        )


def told(record: Path) -> Iterator[Call]:
    """Yield every call once: by its end, or by its beginning when there is no end."""
    begun: dict[str, Call] = {}
    for call in lines.calls(records.lines(record)):
        if call.phase == Phase.START:
            begun[call.id] = call
        elif call.is_call:
            begun.pop(call.id, None)
            yield call
    yield from begun.values()
