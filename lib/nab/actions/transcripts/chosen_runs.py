"""Which run a person means, and how its agent is driven."""

from __future__ import annotations

from nab import agents
from nab.actions.bench import Bench
from nab.core import levels
from nab.core.agents.adapters import Adapter
from nab.core.errors import FAILED, NabError
from nab.core.runs.runs import Run
from nab.core.text.names import Choice, entrant_name


def chosen(bench: Bench, choice: Choice, name: str = "") -> Run:
    """Return the run of that name, the newest of an entrant, or the newest of all. Raises NabError for none."""
    found = bench.runs()
    if name or not any(choice):
        return bench.run_named(name)
    spec = agents.find(bench.config.images, choice.agent)
    entrant = entrant_name(spec.name, levels.parse(choice.level), choice.replica)
    theirs = [run for run in found.values() if run.entrant == entrant]
    if not theirs:
        hint = f"make run {choice.words}"
        raise NabError(f"{entrant} has not run yet", hint=hint, exit_code=FAILED)
    return theirs[-1]


def adapter_of(bench: Bench, run: Run) -> Adapter:
    """Return how the run's agent is driven. Raises NabError for a control, which has no sessions."""
    spec = agents.find(bench.config.images, run.intended.agent)
    if spec.cli is None:
        raise NabError(
            f"{spec.name} is a control: it has no sessions to show",
            hint=f"what it prints is in {bench.run(run.name).output}, or in docker logs while it runs",
        )
    return spec.cli
