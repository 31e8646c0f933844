"""On which track a run is: live rounds, or replay, where its whole development is served a cut dataset."""

from __future__ import annotations

from contextlib import nullcontext, suppress

from nab.actions.bench import Bench
from nab.core.errors import NabError
from nab.core.levels import Level, Submits, submits
from nab.core.replay.eligibility import REPLAY, TRACKS
from nab.tournament.server import remote


def refuse(track: str, level: Level) -> None:
    """Raise NabError for a track that there is not, or that a level knows nothing of."""
    if track not in TRACKS:
        raise NabError(f"no track {track!r}", hint=f"TRACK={REPLAY}, or none of it for live rounds")
    if track and submits(level) is Submits.BY_AGENT:
        raise NabError(
            f"{level.value} knows no track {track}: its artifact is never frozen", hint="another LEVEL"
        )


def cut(bench: Bench, track: str) -> str:
    """Return the hash of the cut that is served; empty on live rounds.

    Raises NabError where what is served is not what the track is developed on.
    """
    if bench.config.settings.tournament.kind != "local":
        if track:
            raise NabError(
                f"the track {track} is played on the local tournament alone", hint='tournament.kind = "local"'
            )
        return ""
    served = None
    with (
        nullcontext() if track else suppress(NabError)
    ):  # without a track one elsewhere, or none, is all the same
        served = remote.replay(bench.paths.tournament)
    if served is None:
        if track:
            raise NabError("the tournament serves no cut dataset", hint="make tournament TRACK=replay")
        return ""
    if not track:
        raise NabError(
            "the tournament serves a dataset that is cut", hint="make run ... TRACK=replay, or another STATE="
        )
    if served["opened"] is not None:
        raise NabError("the sealed eras are opened", hint="wait for make replay to end; it closes them")
    return str(served["cut"])
