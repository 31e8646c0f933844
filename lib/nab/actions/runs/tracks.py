"""On which track a run is: live rounds, or replay, where its whole development is served a cut dataset."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

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
    is_local = bench.config.settings.tournament.kind == "local"
    if not track:
        if is_local:
            refuse_cut(bench)
        return ""
    if not is_local:
        raise NabError(
            f"the track {track} is played on the local tournament alone", hint='tournament.kind = "local"'
        )
    found = served(bench)
    if found["opened"] is not None:
        raise NabError("the sealed eras are opened", hint="wait for make replay to end; it closes them")
    return str(found["cut"])


def served(bench: Bench) -> dict[str, Any]:
    """Return what the tournament says of its sealed eras. Raises NabError where it has none."""
    found = remote.replay(bench.paths.tournament)
    if found is None:
        raise NabError("the tournament serves no cut dataset", hint="make tournament TRACK=replay")
    return found


def refuse_cut(bench: Bench) -> None:
    """Raise NabError where a cut dataset is served; a tournament elsewhere, or none, is all the same."""
    found = None
    with suppress(NabError):
        found = remote.replay(bench.paths.tournament)
    if found is not None:
        raise NabError(
            "the tournament serves a dataset that is cut", hint="make run ... TRACK=replay, or another STATE="
        )
