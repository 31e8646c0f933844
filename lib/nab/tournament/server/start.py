"""From what was chosen on the command line to a server that runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from nab.core.errors import NabError
from nab.core.replay.eligibility import REPLAY
from nab.tournament.play import faults
from nab.tournament.play.account import EVERY_SCOPE, SCOPES
from nab.tournament.play.options import Options, Say
from nab.tournament.play.rates import Enforced
from nab.tournament.rounds.pace import PRESETS, Pace
from nab.tournament.server import place as places
from nab.tournament.server.place import Place
from nab.tournament.server.server import serve as serve_with


def serve(place: Place, chosen: Mapping[str, Any], say: Say) -> None:
    """Serve what was chosen; the rest is what is usual at that place."""
    places.keep_out_of_git(place)
    serve_with(options(place, chosen), say)


def options(place: Place, chosen: Mapping[str, Any]) -> Options:
    """Return what a tournament is started with."""
    limits = chosen["rate_limits"]
    sealed, dataset = seal(place, chosen)
    return Options(
        root=place.root,
        port=place.port if chosen["port"] is None else chosen["port"],
        pace=pace(chosen),
        size=chosen["size"] or ("tiny" if sealed else "demo"),
        seed=chosen["seed"],
        models=chosen["models"] or place.models,
        scopes=scopes(chosen["scopes"]),
        rate_limits=None if limits is None else Enforced(limits),
        faults=tuple(faults.parse(text) for text in chosen["faults"]),
        refuses_stale_ids=chosen["refuse_stale_ids"],
        sealed=sealed,
        dataset=dataset,
    )


def seal(place: Place, chosen: Mapping[str, Any]) -> tuple[int, Path | None]:
    """Return how many eras are sealed, and of which dataset: as nab.toml says, where nothing else was chosen."""
    if chosen.get("track") != REPLAY:
        for name in ("sealed", "dataset"):
            if chosen.get(name) is not None:
                raise NabError(f"--{name} is for the replay track", hint=f"--track {REPLAY}")
        return 0, None
    told = Path(place.replay.dataset) if place.replay.dataset else None
    return chosen["sealed"] or place.replay.sealed, chosen["dataset"] or told


def pace(chosen: Mapping[str, Any]) -> Pace:
    """Return the speed that was chosen; what was not is that of the preset. Sealed eras wait until they are wanted."""
    preset = "bot" if chosen.get("track") == REPLAY else chosen["preset"]
    said = {
        name: chosen[name]
        for name in Pace.__struct_fields__
        if chosen.get(name) is not None and name != "preset"
    }
    return msgspec.structs.replace(PRESETS[preset], **said)


def scopes(chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the token may do. Staking is not among the choices."""
    for scope in chosen:
        if scope not in EVERY_SCOPE:
            raise NabError(f"no scope is called {scope}", hint=f"choose from {', '.join(EVERY_SCOPE)}")
    return chosen or SCOPES
