"""For whoever runs the tournament: /admin, which answers on the TCP port of this machine only."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from nab.core.errors import NabError
from nab.core.text import times
from nab.tournament.play import changes, faults, steps
from nab.tournament.play.visit import House
from nab.tournament.server import status_page

NOTHING_RUNS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
LONGEST_ADVANCE = timedelta(days=3660)


async def page(request: Request) -> Response:
    """Show what the tournament is at."""
    return HTMLResponse(await run_in_threadpool(status_page.page, house_of(request)), headers=NOTHING_RUNS)


async def health(request: Request) -> Response:
    """Say that the tournament runs, and where it is."""
    tournament = house_of(request).tournament
    now = tournament.clock.now()
    newest = tournament.schedule.newest(now)
    window = tournament.schedule.times(newest)
    return JSONResponse(
        {
            "ok": True,
            "now": times.text(now),
            "round": newest,
            "open": now < window.closes_on_time,
            "opens": times.text(window.opens),
            "closes_on_time": times.text(window.closes_on_time),
            "next_opens": times.text(max(window.closes, tournament.schedule.times(newest + 1).opens)),
            "models": {model.name: model.id for model in tournament.account.models},
        }
    )


async def list_faults(request: Request) -> Response:
    """List the faults that are on, and all that there are."""
    active = house_of(request).faults.active
    known = {name: {"what": kind.what, "usual": dict(kind.usual)} for name, kind in faults.KINDS.items()}
    return JSONResponse({"active": [str(fault) for fault in active.values()], "known": known})


async def add_fault(request: Request) -> Response:
    """Switch a fault on: {"fault": "NAME:key=value,..."}."""
    asked = await said(request)
    try:
        fault = faults.parse(str(asked.get("fault", "")))
    except NabError as error:
        return complaint(error)
    steps.switch_on(house_of(request), fault)
    return JSONResponse({"active": str(fault)}, 201)


async def clear_faults(request: Request) -> Response:
    """Switch one fault off, or all."""
    name = request.path_params.get("name")
    cleared = steps.switch_off(house_of(request), name)
    if name is not None and not cleared:
        return complaint(NabError(f"{name} is not switched on"))
    return JSONResponse({"cleared": cleared})


async def advance(request: Request) -> Response:
    """Move the clock: {"seconds": 10}, or {} to go to the next event."""
    asked = (await said(request)).get("seconds")
    house = house_of(request)
    if asked is None:
        by = steps.until_next_event(house)
    elif isinstance(asked, int | float) and 0 <= asked <= LONGEST_ADVANCE.total_seconds():
        by = timedelta(seconds=asked)
    else:
        return complaint(NabError(f"seconds cannot be {asked}", hint="a number from 0 to ten years"))
    await run_in_threadpool(steps.move, house, by)
    now = house.tournament.clock.now()
    return JSONResponse({"now": times.text(now), "round": house.tournament.schedule.newest(now)})


async def bring_forward(request: Request) -> Response:
    """Have the next close, or the next opening, come now."""
    number, opening, at = await run_in_threadpool(changes.bring_forward, house_of(request).tournament)
    return JSONResponse({"round": number, "what": "opens" if opening else "closes", "at": times.text(at)})


async def said(request: Request) -> dict[str, Any]:
    """Return the JSON object of a body, empty where there is none."""
    try:
        found = json.loads(await request.body())
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def complaint(error: NabError) -> Response:
    """Say what is wrong with what was asked."""
    return JSONResponse({"error": error.message, "hint": error.hint}, 400)


def house_of(request: Request) -> House:
    """Return the tournament that is served."""
    house: House = request.app.state.house
    return house


ROUTES = [
    Route("/admin/", page, methods=["GET"]),
    Route("/admin/health", health, methods=["GET"]),
    Route("/admin/faults", list_faults, methods=["GET"]),
    Route("/admin/faults", add_fault, methods=["POST"]),
    Route("/admin/faults", clear_faults, methods=["DELETE"]),
    Route("/admin/faults/{name}", clear_faults, methods=["DELETE"]),
    Route("/admin/advance", advance, methods=["POST"]),
    Route("/admin/bring-forward", bring_forward, methods=["POST"]),
]
