"""Reading what a request carries: piece by piece, and never more of it than is wanted."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request

LARGEST_QUERY = 1024 * 1024
LARGEST_UPLOAD = 512 * 1024 * 1024
MOST_READ_IN_VAIN = 1024 * 1024 * 1024


class TooLarge(Exception):
    """A body is larger than is taken."""


class NoQuery(Exception):
    """A body that is no GraphQL request."""


async def pieces(request: Request, most: int) -> AsyncIterator[bytes]:
    """Yield a body. Raises TooLarge, but after reading on: a client that still writes hears no answer."""
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > MOST_READ_IN_VAIN:
            break
        if size <= most:
            yield piece
    if size > most:
        raise TooLarge


async def query_of(request: Request) -> dict[str, Any]:
    """Return the GraphQL request of a body or, for GET, of the address. Raises NoQuery or TooLarge."""
    if request.method == "GET":
        asked: dict[str, Any] = dict(request.query_params.items())
        return {**asked, "variables": decoded(asked.get("variables") or "null")}
    body = bytearray()
    async for piece in pieces(request, LARGEST_QUERY):
        body += piece
    found = decoded(bytes(body))
    if not isinstance(found, dict):
        raise NoQuery
    return found


def decoded(text: str | bytes) -> Any:
    """Return a JSON value."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise NoQuery from None
