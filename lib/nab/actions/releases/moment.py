"""Look whether a release may be changed now."""

from __future__ import annotations

from nab.actions.bench import Bench
from nab.core.errors import BUSY, NabError
from nab.core.releases import quiet
from nab.edges import clock
from nab.edges.files import locks
from nab.paths import SUBMIT


def refuse_a_window(bench: Bench) -> None:
    """Raise NabError (busy) while a submission is due or is being made."""
    standings = bench.standings()
    firing = [
        name
        for name, enrolment in standings.enrolments.items()
        if locks.is_held(bench.run(enrolment.run).lock(SUBMIT))
    ]
    if why := quiet.why_not(standings.rows, firing, clock.now()):
        raise NabError(why, hint="wait for it, or deploy with FORCE=1", exit_code=BUSY)
