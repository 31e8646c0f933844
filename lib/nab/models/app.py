"""The web application: one request in, the scripted model's turn out."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Host, Route, Router
from starlette.types import ASGIApp

from nab.core.errors import NabError
from nab.edges import clock
from nab.models import admin, counting, providers
from nab.models.providers import Call, Door, Provider
from nab.models.streams import Sent, Stream
from nab.models.turns import Answered, Ids, Played, Refused, Usage
from nab.models.visits import House, Visit, turned_away

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


async def ask(request: Request) -> Response:
    """Answer for the provider that is meant."""
    call = Call(request.method, request.url.path, request.headers, request.query_params)
    provider = providers.meant(call)
    asked = providers.door(provider, call)
    ids = Ids(uuid4().hex[:24], clock.now(), "")
    if asked is Door.NOTHING:
        return answer(provider.not_found(call.path, ids))
    if asked is Door.UPGRADE:
        # The agent goes on with POST and an event stream at once.
        return Response("Upgrade Required", 426, media_type="text/plain")
    away = turned_away(request.app.state.house, provider, call, ids)
    if asked is Door.MODELS:
        return answer(away or Answered(200, counting.models(provider)))
    content = await request.body()
    body = decoded(content)
    if body is None:
        return JSONResponse({"error": {"message": "the body is no JSON object"}}, 400)
    if asked is Door.COUNT:
        return answer(away or Answered(200, counting.counted(provider, len(content))))
    return turn(visit(request, provider, body, ids, len(content)), away)


def visit(request: Request, provider: Provider, body: dict[str, Any], ids: Ids, size: int) -> Visit:
    """Return the request for a turn, read."""
    started = clock.monotonic()
    call = Call(request.method, request.url.path, request.headers, request.query_params)
    talk = provider.read(body, call, size)
    named = Ids(ids.answer, ids.made, talk.model)
    return Visit(request.app.state.house, provider, talk, named, started)


def turn(visit: Visit, away: Answered | None) -> Response:
    """Take the turn, or say why not."""
    visit.warn()
    try:
        reply = visit.reply()
    except NabError as error:
        return JSONResponse({"error": {"message": f"{error.message}: {error.hint}"}}, 400)
    if isinstance(reply, Refused):
        away = away or visit.refused(reply)
    elif away is None:
        return played(visit, reply)
    response = answer(away)
    visit.write(away.status, Sent(size=len(response.body)), Usage())
    return response


def played(visit: Visit, reply: Played) -> Response:
    """Return the turn as a stream, or as one JSON object."""
    planned = visit.usage(reply)
    media_type = visit.provider.events if visit.conversation.streamed else "application/json"
    return Stream(visit.frames(reply), reply.manner, media_type, lambda sent: visit.write(200, sent, planned))


def answer(answered: Answered) -> Response:
    """Return an answer in one piece."""
    return JSONResponse(answered.body, answered.status, headers=dict(answered.headers))


def decoded(content: bytes) -> dict[str, Any] | None:
    """Return the JSON object of a body."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def application(house: House) -> ASGIApp:
    """Build the application: the providers under any name, and ours under a name of its own."""
    app = Starlette(
        routes=[
            Host(admin.HOST, Router(routes=admin.ROUTES)),
            Route("/{path:path}", ask, methods=METHODS),
        ]
    )
    app.state.house = house
    return app
