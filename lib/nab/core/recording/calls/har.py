"""A recorded call as an entry of an HTTP archive (HAR 1.2). What was not recorded is said to be unknown: -1."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from nab.core.recording.calls.lines import Call, Phase

VERSION = "1.2"
UNKNOWN = -1
PROTOCOL = "HTTP/1.1"  # all that the proxy speaks
USUAL_PORTS = {"http": 80, "https": 443}
KEPT_APART = ("via", "category", "denied", "graphql", "usage", "websocket", "events", "session")
HASHES = ("request_sha256", "response_sha256", "upload_sha256")


def head(creator_version: str, comment: str) -> dict[str, Any]:
    """Return what an archive says before its entries."""
    return {
        "version": VERSION,
        "creator": {"name": "numerai-agent-bench", "version": creator_version},
        "comment": comment,
    }


def entry(call: Call, bodies: dict[str, str]) -> dict[str, Any]:
    """Tell of one call. `bodies` are the texts that were kept: request, response."""
    made = {
        "startedDateTime": call.time,
        "time": milliseconds(call.seconds),
        "request": request(call, bodies.get("request")),
        "response": response(call, bodies.get("response")),
        "cache": {},
        "timings": timings(call),
        "_id": call.id,
        **{f"_{name}": kept for name in (*KEPT_APART, *HASHES) if (kept := getattr(call, name)) is not None},
    }
    if call.phase != Phase.DONE:
        made["comment"] = "the record has no end of this call"
    elif call.error:
        made["comment"] = call.error
    return made


def request(call: Call, body: str | None) -> dict[str, Any]:
    """Tell what was asked."""
    told: dict[str, Any] = {
        "method": call.method,
        "url": url(call),
        "httpVersion": PROTOCOL,
        "cookies": [],
        "headers": [],
        "queryString": query(call.query),
        "headersSize": call.request_header_bytes,
        "bodySize": call.request_bytes,
    }
    if body is not None:
        told["postData"] = {"mimeType": "application/json", "params": [], "text": body}
    return told


def response(call: Call, body: str | None) -> dict[str, Any]:
    """Tell what came back; status 0 is "nothing"."""
    content: dict[str, Any] = {"size": call.response_bytes, "mimeType": call.content_type or ""}
    if body is not None:
        content["text"] = body
    return {
        "status": call.status or 0,
        "statusText": phrase(call.status),
        "httpVersion": PROTOCOL,
        "cookies": [],
        "headers": [],
        "content": content,
        "redirectURL": "",
        "headersSize": call.response_header_bytes,
        "bodySize": call.response_bytes,
    }


def timings(call: Call) -> dict[str, float]:
    """Divide the time into waiting and receiving; sending is a part of the wait here."""
    waited = call.seconds if call.first_byte_seconds is None else min(call.first_byte_seconds, call.seconds)
    return {
        "blocked": UNKNOWN,
        "dns": UNKNOWN,
        "connect": UNKNOWN,
        "ssl": UNKNOWN,
        "send": 0,
        "wait": milliseconds(waited),
        "receive": milliseconds(call.seconds) - milliseconds(waited),
    }


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def url(call: Call) -> str:
    """Spell the address; a tunnel has nothing but a host."""
    port = "" if USUAL_PORTS.get(call.scheme) == call.port else f":{call.port}"
    path = call.path if call.path.startswith("/") else f"/{call.path}"
    return f"{call.scheme or 'https'}://{call.host}{port}{path}" + (f"?{call.query}" if call.query else "")


def query(text: str) -> list[dict[str, str]]:
    """List the parts of a query."""
    return [{"name": name, "value": value} for name, value in parse_qsl(text, keep_blank_values=True)]


def phrase(status: int | None) -> str:
    """Return a status in words."""
    try:
        return HTTPStatus(status or 0).phrase
    except ValueError:
        return ""
