"""The web application: GraphQL, the storage behind the links, and, on the TCP side only, /admin."""

from __future__ import annotations

import json
from collections.abc import MutableMapping
from email.utils import format_datetime
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

import graphql
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from nab.core import times
from nab.tournament import operations
from nab.tournament.blobs import BUCKETS_BY_HOST, Bucket, Denied
from nab.tournament.engine import Clock
from nab.tournament.graphql_executor import execute
from nab.tournament.graphql_schema import SDL
from nab.tournament.visit import House, Visit

SCHEMA = graphql.build_schema(SDL)
LARGEST_QUERY = 1024 * 1024
LARGEST_UPLOAD = 512 * 1024 * 1024
WELCOME = "A local Numerai tournament. POST GraphQL to / or /graphql.\n"


async def api(request: Request) -> Response:
    """Answer GraphQL, or, under the name of a storage host, hand over to the storage."""
    house: House = request.app.state.house
    if request.method == "GET" and "query" not in request.query_params:
        return PlainTextResponse(WELCOME)
    body = await query_of(request)
    if not isinstance(body, dict):
        return JSONResponse({"errors": [{"message": "the body must be a JSON object with a query"}]}, 400)
    visit = Visit(
        house=house,
        authorization=request.headers.get("authorization"),
        host=request.headers.get("host", ""),
        address=request.client.host if request.client else "local",
    )
    return JSONResponse(await run_in_threadpool(answer, visit, body))


async def query_of(request: Request) -> Any:
    """Return the request's query, or None where it makes no sense."""
    if request.method == "GET":
        return dict(request.query_params.items())
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_QUERY:
            return None
    try:
        return json.loads(bytes(body))
    except ValueError:
        return None


def answer(visit: Visit, body: dict[str, Any]) -> dict[str, Any]:
    """Answer one GraphQL request."""
    return execute(SCHEMA, body, operations.roots(visit), lambda name: operations.refusal(visit, name))


async def blob(request: Request) -> Response:
    """Serve a presigned link under our own host: /blobs/<bucket>/<key>."""
    named, key = request.path_params["bucket"], request.path_params["key"]
    if named not in list(Bucket):
        return PlainTextResponse("Not Found", 404)
    return await stored(request, Bucket(named), key)


async def stored(request: Request, bucket: Bucket, key: str) -> Response:
    """GET, HEAD or PUT one file."""
    house: House = request.app.state.house
    now = house.tournament.clock.now()
    try:
        house.links.check(bucket, key, request.method, query=request.query_params, now=now)
        if request.method == "PUT":
            return await keep(request, house, key)
        path = await run_in_threadpool(house.shelves.find, bucket, key)
        return FileResponse(path, media_type="binary/octet-stream")
    except Denied as denied:
        return refused(denied)


async def keep(request: Request, house: House, key: str) -> Response:
    """Store an upload, piece by piece; it appears whole or not at all."""
    target = house.shelves.uploads / key
    unfinished = target.with_name(f".{uuid4().hex}")
    size = 0
    try:
        with unfinished.open("wb") as file:
            async for piece in request.stream():
                size += len(piece)
                if size > LARGEST_UPLOAD:
                    raise Denied(
                        400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"
                    )
                file.write(piece)
        unfinished.replace(target)
    except ClientDisconnect:
        return Response(status_code=400)
    finally:
        unfinished.unlink(missing_ok=True)
    return Response(status_code=200)


def refused(denied: Denied) -> Response:
    """Return an error the way S3 writes it."""
    text = f"<Error><Code>{denied.code}</Code><Message>{escape(denied.message)}</Message></Error>"
    return Response(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', denied.status, media_type="application/xml"
    )


async def health(request: Request) -> Response:
    """Say that the tournament runs, and where it is."""
    tournament = request.app.state.house.tournament
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
            "next_opens": times.text(window.closes),
            "models": {model.name: model.id for model in tournament.account.models},
        }
    )


class Gate:
    """In front of the application: storage by host name, no /admin for agents, the tournament's own Date."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self.app = app
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dated(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                now = format_datetime(self.clock.now(), usegmt=True)
                message["headers"] = [*message.get("headers", []), (b"date", now.encode())]
            await send(message)

        await self.app(routed(scope), receive, dated)


def routed(scope: Scope) -> Scope:
    """Return the scope with the path it means here."""
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1").split(":")[0].lower()
    if host in BUCKETS_BY_HOST:
        return {**scope, "path": f"/blobs/{BUCKETS_BY_HOST[host]}{scope['path']}"}
    on_unix_socket = not scope.get("server") or scope["server"][1] is None
    if on_unix_socket and scope["path"].startswith("/admin"):
        return {**scope, "path": "/nothing-here"}
    return scope


def application(house: House) -> ASGIApp:
    """Build the application for one tournament."""
    routes = [
        Route("/", api, methods=["GET", "POST"]),
        Route("/graphql", api, methods=["GET", "POST"]),
        Route("/blobs/{bucket}/{key:path}", blob, methods=["GET", "HEAD", "PUT"]),
        Route("/admin/health", health, methods=["GET"]),
    ]
    app = Starlette(routes=routes)
    app.state.house = house
    return Gate(app, house.tournament.clock)
