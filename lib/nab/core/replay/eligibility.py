"""Which runs may be replayed: those whose whole development was served the cut dataset and nothing else."""

from __future__ import annotations

from nab.core.levels import Submits, submits
from nab.core.runs.runs import Run
from nab.core.runs.states import RunState

REPLAY = "replay"
TRACKS = ("", REPLAY)


def refusal(run: Run, cut: str) -> str:
    """Return why a run is not replayed on a cut; empty: it is.

    What was developed on a live dataset has seen what is sealed, or may have: no check could tell afterwards.
    """
    intended, ended = run.intended, run.ended
    if intended.track != REPLAY:
        return "it was not developed on the replay track: make run ... TRACK=replay makes one that is"
    if intended.cut != cut:
        return (
            f"it was developed on the cut {str(intended.cut or 'unknown')[:12]}, and {cut[:12]} is served: "
            "start the tournament that it was developed with"
        )
    if submits(intended.level) is Submits.BY_AGENT:
        return f"at {intended.level.value} there is no frozen artifact: the agent goes on changing it"
    if run.state is not RunState.ENDED or ended is None:
        return "it goes on: its artifact is frozen once it has ended"
    if not ended.submit_script:
        return "it left no submit.sh"
    return ""


def changed(run: Run, script: str) -> str:
    """Return why the artifact of a run is not the one that it ended with; empty: submit.sh is."""
    frozen = run.ended.submit_script if run.ended else None
    return "" if frozen and frozen == script else "its submit.sh is not the one that it ended with"
