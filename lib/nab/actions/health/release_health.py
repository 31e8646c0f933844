"""What a release itself can break: how it reads the state and the settings, its images, how it speaks to the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nab.actions.bench import Bench
from nab.actions.boxes import image_state
from nab.core.errors import NabError
from nab.core.health.checks import Check, CheckVerdict
from nab.core.text.counts import number_of
from nab.edges.docker import engine
from nab.edges.files import state_folder


def tried(bench: Bench) -> Iterator[Check]:
    """Yield what each check found; one that cannot be made has failed."""
    looks: dict[str, Callable[[Bench], str]] = {
        "state": disk, "log": log, "engine": answers, "images": images, "units": entrants,
    }  # fmt: skip
    for name, look_at in looks.items():
        try:
            yield Check(name, CheckVerdict.OK, look_at(bench))
        except NabError as error:
            yield Check(name, CheckVerdict.FAIL, error.message, error.hint)


def disk(bench: Bench) -> str:
    """Try what the event log relies on."""
    unwise = state_folder.self_test(bench.paths.root)
    return "; ".join(unwise) or f"{bench.paths.root} keeps locks and syncs"


def log(bench: Bench) -> str:
    """Read the log and fold it."""
    standings = bench.standings()
    return (
        f"{number_of(standings.upto_seq, 'event')}, {number_of(len(standings.runs), 'run')}, "
        f"{number_of(len(standings.enrolments), 'entrant')} enrolled"
    )


def answers(bench: Bench) -> str:
    """Ask the engine for its version, and for our boxes."""
    del bench
    return f"Docker {engine.version()} answers"


def images(bench: Bench) -> str:
    """Look for the images of this release."""
    found = image_state.look(bench.config)
    if found.missing or found.stale:
        raise NabError(
            f"not as this release has it: {', '.join((*found.missing, *found.stale))}", hint="make images"
        )
    return f"all {len(found.expected)} are those of this release"


def entrants(bench: Bench) -> str:
    """Look whether the settings name entrants."""
    return f"{number_of(len(bench.config.settings.entrants), 'entrant')} in {bench.config.file}"
