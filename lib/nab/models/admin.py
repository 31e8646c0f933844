"""For whoever runs the server, under a host name that no provider has: the ledger."""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from nab.models.visits import House

HOST = "models.nab"


async def health(request: Request) -> Response:
    """Say that the server runs, and what it plays."""
    house: House = request.app.state.house
    return JSONResponse({"ok": True, "scenario": house.scenario, "keys": sorted(house.keys)})


async def ledger(request: Request) -> Response:
    """Return every entry, and the totals by provider and model."""
    house: House = request.app.state.house
    kept = house.ledger
    entries = [msgspec.to_builtins(entry) for entry in kept.entries]
    return JSONResponse({"totals": kept.totals(), "entries": entries})


ROUTES = [Route("/health", health, methods=["GET"]), Route("/ledger", ledger, methods=["GET"])]
