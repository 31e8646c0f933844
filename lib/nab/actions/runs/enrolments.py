"""Enrolment by a run: from now on every round owes its entrant a decision."""

from __future__ import annotations

from nab.actions.bench import Bench
from nab.core.facts import EntrantEnrolled
from nab.core.runs.runs import Run


def enrol(bench: Bench, run: Run) -> None:
    """From now on the entrant is owed a decision in every round."""
    fact = EntrantEnrolled(
        agent=run.intended.agent,
        level=run.intended.level,
        model=run.intended.model,
        model_id=run.intended.model_id,
        replica=run.intended.replica,
    )
    bench.log.append(fact, entrant=run.entrant, run=run.name, id=f"{run.name}:enrolled")
