"""The rules of HTTP archives, version 1.2, as far as an archive of ours uses them."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

NUMBER = (int, float)
ENTRY = {
    "startedDateTime": str,
    "time": NUMBER,
    "request": dict,
    "response": dict,
    "cache": dict,
    "timings": dict,
}
MESSAGE = {"httpVersion": str, "cookies": list, "headers": list, "headersSize": int, "bodySize": int}
REQUEST = {"method": str, "url": str, "queryString": list, **MESSAGE}
RESPONSE = {"status": int, "statusText": str, "content": dict, "redirectURL": str, **MESSAGE}
TIMINGS = {"send": NUMBER, "wait": NUMBER, "receive": NUMBER}
OPTIONAL_TIMINGS = {"blocked", "dns", "connect", "ssl", "comment"}
OPTIONAL = {
    "entry": {"pageref", "serverIPAddress", "connection", "comment"},
    "request": {"postData", "comment"},
    "response": {"comment"},
}


def check(archive: dict[str, Any]) -> None:
    """Assert that a whole archive keeps the rules."""
    assert set(archive) == {"log"}
    log = archive["log"]
    has(log, {"version": str, "creator": dict, "entries": list}, {"browser", "pages", "comment"})
    assert log["version"] == "1.2"
    has(log["creator"], {"name": str, "version": str}, {"comment"})
    for entry in log["entries"]:
        check_entry(entry)


def check_entry(entry: dict[str, Any]) -> None:
    """Assert that an entry keeps them."""
    has(entry, ENTRY, OPTIONAL["entry"])
    assert is_instant(entry["startedDateTime"])
    assert entry["time"] >= 0
    check_request(entry["request"])
    check_response(entry["response"])
    has(entry["timings"], TIMINGS, OPTIONAL_TIMINGS)
    parts = [value for key, value in entry["timings"].items() if key not in {"ssl", "comment"}]
    assert all(part >= -1 for part in parts)
    assert all(entry["timings"][key] >= 0 for key in TIMINGS)
    assert abs(sum(part for part in parts if part >= 0) - entry["time"]) <= 1


def is_instant(text: str) -> bool:
    """Say whether this is ISO 8601 with a zone."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def check_request(request: dict[str, Any]) -> None:
    has(request, REQUEST, OPTIONAL["request"])
    address = urlsplit(request["url"])
    assert address.scheme and address.netloc
    assert request["headersSize"] >= -1 and request["bodySize"] >= -1
    for pair in request["queryString"]:
        has(pair, {"name": str, "value": str}, {"comment"})
    if "postData" in request:
        has(request["postData"], {"mimeType": str, "params": list, "text": str}, {"comment"})


def check_response(response: dict[str, Any]) -> None:
    has(response, RESPONSE, OPTIONAL["response"])
    has(response["content"], {"size": int, "mimeType": str}, {"compression", "text", "encoding", "comment"})
    assert response["headersSize"] >= -1 and response["bodySize"] >= -1 and response["content"]["size"] >= 0


def has(value: dict[str, Any], wanted: dict[str, Any], optional: set[str]) -> None:
    """Assert that the keys are those of the rules; those of our own begin with an underscore."""
    for key, kind in wanted.items():
        assert isinstance(value.get(key), kind) and not isinstance(value[key], bool), key
    assert {key for key in value if not key.startswith("_")} <= set(wanted) | optional
