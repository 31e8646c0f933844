"""What a call to Numerai's API looks like on the wire: one form, which numerapi has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from keys.broker import NUMERAI
from keys.openings import OVERRIDES, UPGRADES
from queries.strict_json import MOST_BYTES
from refused import Refused

CONTENT_TYPE = re.compile(r'application/json(\s*;\s*charset="?utf-?8"?)?\s*', re.IGNORECASE)
Headers = Sequence[tuple[str, str]]


def check(method: str, scheme: str, path: str, version: str, headers: Headers) -> None:
    """Raise Refused for a call that has another form."""
    if scheme != "https":
        raise Refused("form", "Numerai's API is called over https")
    if path.partition("?")[0] != "/" or "?" in path:
        raise Refused("form", "only / of this host is called, without a query: no other path, no MCP", 404)
    if method != "POST":
        raise Refused("form", "Numerai's API is called by POST", 405)
    if version != "HTTP/1.1":
        raise Refused("form", "Numerai's API is called by HTTP/1.1", 505)
    check_headers([(name.lower(), value) for name, value in headers])


def check_headers(headers: Headers) -> None:
    """Look at the headers that say what the body is, or that the call is something else."""
    names = [name for name, _ in headers]
    if found := next((name for name in names if name in UPGRADES or OVERRIDES.fullmatch(name)), None):
        raise Refused("header", f"the header {found[:40]} is refused")
    if "transfer-encoding" in names or "content-encoding" in names:
        raise Refused("header", "the body comes plain and with its length", 411)
    length = only(headers, "content-length", 411)
    if not re.fullmatch("[0-9]{1,9}", length) or int(length) > MOST_BYTES:
        raise Refused("size", f"a call has at most {MOST_BYTES} bytes", 413)
    if not CONTENT_TYPE.fullmatch(only(headers, "content-type", 415)):
        raise Refused("header", "the body is application/json in UTF-8", 415)
    keys = [value for name, value in headers if name == "authorization"]
    if keys not in ([], [NUMERAI.placeholder]):
        raise Refused("key", "the one key for Numerai is the placeholder that you were given", 401)


def only(headers: Headers, name: str, status: int) -> str:
    """Return the one value of a header."""
    values = [value for key, value in headers if key == name]
    if len(values) != 1:
        raise Refused("header", f"there is one header {name}", status)
    return values[0]
