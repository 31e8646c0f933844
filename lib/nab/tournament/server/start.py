"""From what was chosen on the command line to a server that runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from nab.config import Config
from nab.core.errors import NabError
from nab.tournament.play import faults
from nab.tournament.play.account import EVERY_SCOPE, SCOPES
from nab.tournament.play.options import Options, Say
from nab.tournament.play.rates import Enforced
from nab.tournament.rounds.pace import Pace
from nab.tournament.server.server import serve as serve_with


def serve(config: Config, chosen: Mapping[str, Any], say: Say) -> None:
    """Serve what was chosen; the rest comes from nab.toml."""
    serve_with(options(config, chosen), say)


def options(config: Config, chosen: Mapping[str, Any]) -> Options:
    """Return what a tournament is started with."""
    settings, limits = config.settings, chosen["rate_limits"]
    entrants = tuple(dict.fromkeys(entrant.model for entrant in settings.entrants))
    return Options(
        root=config.paths.tournament,
        port=settings.tournament.local_port if chosen["port"] is None else chosen["port"],
        pace=msgspec.convert({name: chosen[name] for name in Pace.__struct_fields__}, Pace),
        size=chosen["size"],
        seed=chosen["seed"],
        models=chosen["models"] or entrants,
        scopes=scopes(chosen["scopes"]),
        rate_limits=None if limits is None else Enforced(limits),
        faults=tuple(faults.parse(text) for text in chosen["faults"]),
    )


def scopes(chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the token may do. Staking is not among the choices."""
    for scope in chosen:
        if scope not in EVERY_SCOPE:
            raise NabError(f"no scope is called {scope}", hint=f"choose from {', '.join(EVERY_SCOPE)}")
    return chosen or SCOPES
