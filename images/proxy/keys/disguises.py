"""A key in the forms in which an answer may give it back: packed into letters, escaped, backwards."""

from __future__ import annotations

import base64
import html
import json
from functools import lru_cache
from urllib.parse import quote

LEAST_SECRET = 6
LOST = (0, 2, 3)  # letters of base64 at the beginning that depend on what stands before the key too
OTHER_LETTERS = bytes.maketrans(b"+/", b"-_")


@lru_cache(maxsize=64)
def every(needles: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Return all forms of all needles, the longest first: one may stand in another."""
    found = {form for needle in needles for form in forms(needle)}
    return tuple(sorted(found, key=lambda form: (-len(form), form)))


def forms(secret: bytes) -> set[bytes]:
    """Write a key in every form; one that is short only as it is, for its pieces are everywhere."""
    if len(secret) < LEAST_SECRET:
        return {secret}
    return {secret, secret[::-1]} | in_base64(secret) | in_hex(secret) | escaped(secret)


def in_base64(secret: bytes) -> set[bytes]:
    """Return the letters that nothing around the key can change, from each place in a group of three."""
    found = set()
    for shift in range(3):
        letters = base64.b64encode(bytes(shift) + secret)[LOST[shift] : (shift + len(secret)) * 8 // 6]
        found |= {letters, letters.translate(OTHER_LETTERS)}
    return found


def in_hex(secret: bytes) -> set[bytes]:
    return {secret.hex().encode(), secret.hex().upper().encode()}


def escaped(secret: bytes) -> set[bytes]:
    """Return it as addresses, JSON and HTML may have it: only what must be escaped, or every character."""
    text = secret.decode("utf-8", "replace")
    once, quoted = quote(secret, safe=""), json.dumps(text)[1:-1]
    found = {once, quote(once, safe=""), quoted, quoted.replace("/", r"\/"), html.escape(text)}
    for every_byte in (
        "%{:02x}",
        "%{:02X}",
        r"\x{:02x}",
        r"\u{:04x}",
        r"\u{:04X}",
        "&#{};",
        "&#x{:x};",
        "&#x{:X};",
    ):
        found.add("".join(map(every_byte.format, secret)))
    return {form.encode() for form in found}
