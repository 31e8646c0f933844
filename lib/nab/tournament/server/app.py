"""The web application: GraphQL, the storage behind the links, and, on the TCP side only, /admin."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from email.utils import format_datetime
from math import ceil
from typing import Any, BinaryIO
from uuid import uuid4
from xml.sax.saxutils import escape

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from nab.edges import clock
from nab.edges.files import files
from nab.tournament.answers import operations
from nab.tournament.bodies import LARGEST_UPLOAD, NoQuery, TooLarge, pieces, query_of
from nab.tournament.graphql.executor import asked_for, execute
from nab.tournament.play.blobs import BUCKETS_BY_HOST, Bucket, Denied
from nab.tournament.play.rates import TooMany
from nab.tournament.play.visit import House, Visit
from nab.tournament.rounds.clocks import Clock
from nab.tournament.server import admin, faulty_answers

WELCOME = "A local Numerai tournament. POST GraphQL to / or /graphql.\n"


async def api(request: Request) -> Response:
    """Answer GraphQL, or, under the name of a storage host, hand over to the storage."""
    house: House = request.app.state.house
    if request.method == "GET" and "query" not in request.query_params:
        return PlainTextResponse(WELCOME)
    try:
        body = await query_of(request)
    except NoQuery:
        return JSONResponse({"errors": [{"message": "the body must be a JSON object with a query"}]}, 400)
    except TooLarge:
        return JSONResponse({"errors": [{"message": "the body is too large"}]}, 413)
    visit = Visit(
        house=house,
        authorization=request.headers.get("authorization"),
        host=request.headers.get("host", ""),
        address=request.client.host if request.client else "local",
    )
    asked = asked_for(operations.SCHEMA, body) if house.faults.active else []
    instead = await faulty_answers.instead(house.faults, request, asked)
    if instead is not None:
        return instead
    try:
        found = await run_in_threadpool(answer, visit, body)
        return faulty_answers.afterwards(house.faults, asked) or JSONResponse(found)
    except TooMany as refused:
        retry = {"Retry-After": str(ceil(refused.seconds))}
        return JSONResponse({"errors": [{"message": str(refused)}]}, 429, headers=retry)


def answer(visit: Visit, body: dict[str, Any]) -> dict[str, Any]:
    """Answer one GraphQL request."""
    return execute(
        operations.SCHEMA,
        body,
        operations.roots(visit),
        lambda name: operations.refusal(visit, name),
        lambda names: visit.house.budgets.spend(visit.address, names, clock.monotonic()),
    )


async def no_mcp(_request: Request) -> Response:
    """Say that there is no MCP server."""
    message = "MCP is not supported here: this is a local tournament, which serves GraphQL on / and /graphql"
    return JSONResponse({"error": "not_supported", "message": message}, 501)


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
            if house.faults.strike("storage-refuses"):
                raise Denied(403, "AccessDenied", "Access Denied")
            return await keep(request, house, key)
        path = await run_in_threadpool(house.shelves.find, bucket, key)
        return faulty_answers.download(house.faults, request, path)
    except Denied as denied:
        return refused(denied)


async def keep(request: Request, house: House, key: str) -> Response:
    """Store an upload, piece by piece; it appears whole or not at all."""
    target = house.shelves.uploads / key
    unfinished = target.with_name(f".{uuid4().hex}")
    try:
        with unfinished.open("wb") as file:
            async for piece in pieces(request, LARGEST_UPLOAD):
                file.write(piece)
            await run_in_threadpool(synced, file)
        unfinished.replace(target)
        await run_in_threadpool(files.sync_folder, target.parent)
    except TooLarge:
        raise Denied(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size") from None
    except ClientDisconnect:
        return Response(status_code=400)
    finally:
        unfinished.unlink(missing_ok=True)
    return Response(status_code=200)


def synced(file: BinaryIO) -> None:
    """Return when what was written is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def refused(denied: Denied) -> Response:
    """Return an error the way S3 writes it."""
    text = f"<Error><Code>{denied.code}</Code><Message>{escape(denied.message)}</Message></Error>"
    return Response(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', denied.status, media_type="application/xml"
    )


class Gate:
    """In front of the application: storage by host name, no /admin for agents, the tournament's own Date."""

    def __init__(self, app: ASGIApp, time: Clock) -> None:
        self.app = app
        self.time = time

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def dated(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                now = format_datetime(self.time.now(), usegmt=True)
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
        Route("/mcp", no_mcp, methods=["GET", "POST", "DELETE"]),
        Route("/mcp/sse", no_mcp, methods=["GET", "POST"]),
        Route("/blobs/{bucket}/{key:path}", blob, methods=["GET", "HEAD", "PUT"]),
        *admin.ROUTES,
    ]
    app = Starlette(routes=routes)
    app.state.house = house
    return Gate(app, house.tournament.clock)
