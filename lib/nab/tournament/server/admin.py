"""For whoever runs the tournament: /admin, which answers on the TCP port of this machine only."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from nab.core.errors import NabError
from nab.core.text import times
from nab.tournament.play import changes, faults, steps
from nab.tournament.play.engine import Tournament
from nab.tournament.play.visit import House
from nab.tournament.rounds import schedule as calendar
from nab.tournament.rounds.moments import Until
from nab.tournament.server import status_page

NOTHING_RUNS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
LONGEST_ADVANCE = timedelta(days=3660)
WORDS = tuple(Until)


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
            "standing": calendar.standing(tournament.schedule, now),
            "models": {model.name: model.id for model in tournament.account.models},
            "submissions": await run_in_threadpool(newest_submissions, tournament, now),
            "replay": replay_of(house_of(request)),
        }
    )


def replay_of(house: House) -> dict[str, Any] | None:
    """Tell which eras are sealed, and since which round they are opened; None where nothing is sealed."""
    if house.turns is None:
        return None
    cut = house.turns.cut
    return {"cut": cut.hash, "first": cut.first, "last": cut.last, "opened": house.turns.opened}


async def seal(request: Request) -> Response:
    """Open the sealed eras, the first with the next round: {"open": true}; or serve none of them any more."""
    house = house_of(request)
    try:
        if house.turns is None:
            raise NabError("nothing is sealed here", hint="start the tournament with --sealed 150")
        if (await said(request)).get("open"):
            house.turns.open(where(house)["round"])
        else:
            house.turns.close()
    except NabError as error:
        return complaint(error)
    house.tournament.forget_universes()
    return JSONResponse({**where(house), "replay": replay_of(house)})


def newest_submissions(tournament: Tournament, now: datetime) -> dict[str, str]:
    """Return what became of each model's newest upload, by the model's name, in words."""
    told = {}
    for model in tournament.account.models:
        for one in tournament.submissions_of(model.id, now)[-1:]:
            came = times.text(one.upload.inserted_at)
            told[model.name] = f"{one.standing} for round {one.round}, uploaded at {came}"
    return told


async def list_faults(request: Request) -> Response:
    """List the faults that are on, and all that there are."""
    known_faults = house_of(request).faults
    active = known_faults.active
    known = {name: {"what": kind.what, "usual": dict(kind.usual)} for name, kind in faults.KINDS.items()}
    struck = dict(known_faults.struck)
    return JSONResponse(
        {"active": [str(fault) for fault in active.values()], "struck": struck, "known": known}
    )


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
    name, struck = request.path_params.get("name"), dict(house_of(request).faults.struck)
    cleared = steps.switch_off(house_of(request), name)
    if name is not None and not cleared:
        return complaint(NabError(f"{name} is not switched on"))
    return JSONResponse({"cleared": cleared, "struck": struck})


async def advance(request: Request) -> Response:
    """Have what lies ahead come now: {"seconds": 10}, {"until": "closed"}, or {} for the next event."""
    asked = await said(request)
    house = house_of(request)
    try:
        until = wanted(asked["until"]) if asked.get("until") is not None else None
        by = duration(asked["seconds"]) if asked.get("seconds") is not None else None
        told = await run_in_threadpool(steps.advance, house, until if by is None else by)
    except NabError as error:
        return complaint(error)
    return JSONResponse({**where(house), "told": told})


async def move_clock(request: Request) -> Response:
    """Have the tournament's clock go ahead of this machine's: {"seconds": 10}. For tests of clocks that differ."""
    house = house_of(request)
    try:
        await run_in_threadpool(steps.move, house, duration((await said(request)).get("seconds")))
    except NabError as error:
        return complaint(error)
    return JSONResponse(where(house))


def duration(asked: Any) -> timedelta:
    """Read a number of seconds. Raises NabError for anything else."""
    if isinstance(asked, int | float) and 0 <= asked <= LONGEST_ADVANCE.total_seconds():
        return timedelta(seconds=asked)
    raise NabError(f"seconds cannot be {asked}", hint="a number from 0 to ten years")


def wanted(asked: Any) -> Until:
    """Read what to go on to. Raises NabError that names the choices."""
    if asked in WORDS:
        return Until(asked)
    raise NabError(f"until cannot be {asked}", hint=f"choose from {', '.join(WORDS)}")


def where(house: House) -> dict[str, Any]:
    """Return what time it is and which round is the newest."""
    now = house.tournament.clock.now()
    return {"now": times.text(now), "round": house.tournament.schedule.newest(now)}


async def give_model(request: Request) -> Response:
    """Have a model of this name in the account: {"name": "nab_pi_l3"}. One that is there already stays."""
    name = str((await said(request)).get("name", ""))
    try:
        model = await run_in_threadpool(changes.give_model, house_of(request).tournament, name)
    except NabError as error:
        return complaint(error)
    return JSONResponse({"name": model.name, "id": model.id})


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
    Route("/admin/clock", move_clock, methods=["POST"]),
    Route("/admin/models", give_model, methods=["POST"]),
    Route("/admin/seal", seal, methods=["POST"]),
    Route("/admin/bring-forward", bring_forward, methods=["POST"]),
]
