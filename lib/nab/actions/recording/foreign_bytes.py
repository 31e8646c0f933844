"""The guard of whoever cares for a run: what others wrote and nobody can read costs that alone, never the care."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from nab.actions.bench import Bench
from nab.core.errors import NabError
from nab.core.facts import READER, GapSeen
from nab.core.text import times
from nab.edges import clock

T = TypeVar("T")
MOST = 300  # characters of what went wrong
TOLD: set[tuple[Path, str, str]] = set()  # by this process: it may try again many times a second


def read(bench: Bench, run: str, what: str, reading: Callable[[], T], instead: T) -> T:
    """Return what is read; where that raises what nobody expected, put it on record, once, and return `instead`.

    What may go wrong with this machine (NabError, OSError) is none of that, and passes.
    """
    try:
        return reading()
    except (NabError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - agents and vendors write what they like, and no run ends for it
        if (told := (bench.paths.events, run, what)) not in TOLD:
            note(bench, run, f"{what}: {type(error).__name__}: {error}", f"{run}:{READER}:{what}")
            TOLD.add(told)
        return instead


def note(bench: Bench, run: str, said: str, id: str) -> None:
    """Write down what could not be read; it alarms as long as the run goes on."""
    reason = " ".join(said[:MOST].split()).encode("utf-8", "replace").decode()
    at = times.text(clock.now())
    found = bench.runs().get(run)
    fact = GapSeen(witness=READER, began=at, ended=at, reason=reason)
    bench.log.append(fact, entrant=found.entrant if found else None, run=run, id=id)
    click.echo(f"{at} not read: {reason}", err=True)
