"""What a turn used of the machine: CPU and GPU seconds, from the samples of its run's monitor."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import msgspec

from nab.actions.bench import Bench
from nab.core.facts import BoxStarted, RunStarted, TurnBegan, TurnEnded
from nab.core.log.events import Event
from nab.core.recording.resources import Sample, used_between
from nab.core.turns.accounts import Account
from nab.edges.files import records

SAMPLES_BYTES = 32 << 20  # the end of the record: more than a day's turn


def seconds(account: Account, now: float, *, beside: bool) -> float:
    """Return how long the turn that goes on has lasted at `now`, or how long the last one of an ended run did."""
    began = account.beside_since if beside else account.began
    if began is not None:
        return now - began
    return account.turns[-1].seconds if account.turns else 0.0


def used(bench: Bench, run: str, own: Sequence[Event]) -> tuple[float | None, float | None]:
    """Return the CPU and GPU seconds of a run's newest turn; None where nothing was sampled. `own` are its events."""
    began = newest(own, TurnBegan | RunStarted | BoxStarted)
    if not began:
        return None, None
    every = bench.config.settings.recording.resources_every
    return used_between(samples(bench, run), newest(own, TurnEnded) or began, began, every)


def newest(own: Sequence[Event], kind: Any) -> str:
    """Return when the newest of a run's events of some kind was; empty if there is none."""
    return next((event.valid for event in reversed(own) if isinstance(event.fact, kind)), "")


def samples(bench: Bench, run: str) -> list[Sample]:
    """Read the newest samples of what a run's box used; a torn line is left out."""
    found = []
    record = bench.run(run).resources
    for _, line in records.lines_after(record, max(0, records.size(record) - SAMPLES_BYTES)):
        with suppress(msgspec.DecodeError):
            found.append(msgspec.json.decode(line, type=Sample))
    return found
