"""Finding what must not go out: the placeholders, by the mark that all of them have, and the real keys."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import unquote

from keys import disguises

MARK = "nab-placeholder"
LEAST_SECRET = 6
MOST_LAYERS = 3
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")


def found(text: str, secrets: tuple[str, ...]) -> str | None:
    """Name what is in a short text, plain, percent-encoded or in base64; None when there is nothing."""
    for spelt in spellings(text):
        if any(secret in spelt for secret in secrets):
            return "a real key"
        if MARK in spelt.lower():
            return "a placeholder"
    return None


def spellings(text: str) -> set[str]:
    """Return a text in the ways in which it may be meant."""
    layers = {text}
    for _ in range(MOST_LAYERS):
        layers |= {unquote(layer) for layer in layers}
    return layers | {plain for layer in layers for part in BASE64.findall(layer) for plain in decoded(part)}


def decoded(part: str) -> list[str]:
    """Decode base64 of either alphabet, from each place where a group of four letters may begin."""
    standard = part.replace("-", "+").replace("_", "/")
    plain = []
    for start in range(4):
        letters = standard[start : start + (len(standard) - start) // 4 * 4]
        try:
            plain.append(base64.b64decode(letters).decode("latin-1"))
        except binascii.Error:
            continue
        tail = standard[start + len(letters) :]
        if len(tail) > 1:
            plain[-1] += base64.b64decode(tail + "=" * (-len(tail) % 4)).decode("latin-1")
    return plain


class Watch:
    """Lets a body pass in pieces, but never a whole needle, however it is cut.

    Held back is only what may be a needle's beginning. When one is found nothing passes any more.
    """

    def __init__(self, needles: tuple[bytes, ...], alarm: Callable[[bytes], None]) -> None:
        self.needles, self.alarm = needles, alarm
        self.kept, self.over = b"", False

    def __call__(self, piece: bytes) -> bytes:
        if self.over:
            return b""
        text = self.kept + piece
        needle = next((needle for needle in self.needles if needle in text), None)
        if needle is not None:
            self.over, self.kept = True, b""
            self.alarm(needle)
            return b""
        keep = max((overlap(text, needle) for needle in self.needles), default=0) if piece else 0
        self.kept = text[len(text) - keep :]
        return text[: len(text) - keep]


class Mask:
    """Lets an answer pass in pieces with the needles starred out, in whatever form: its length stays."""

    def __init__(self, needles: tuple[bytes, ...]) -> None:
        self.needles = disguises.every(needles)
        self.kept = b""

    def __call__(self, piece: bytes) -> bytes:
        text = starred(self.kept + piece, self.needles)
        keep = max((overlap(text, needle) for needle in self.needles), default=0) if piece else 0
        self.kept = text[len(text) - keep :]
        return text[: len(text) - keep]


def masked(text: bytes, needles: tuple[bytes, ...]) -> bytes:
    """Star the needles out, in whatever form."""
    return starred(text, disguises.every(needles))


def starred(text: bytes, forms: tuple[bytes, ...]) -> bytes:
    """Star out what is exactly so in a text."""
    for form in forms:
        text = text.replace(form, b"*" * len(form))
    return text


def overlap(text: bytes, needle: bytes) -> int:
    """Return how many bytes at a text's end may be the beginning of a needle."""
    start = max(0, len(text) - len(needle) + 1)
    while (start := text.find(needle[:1], start)) >= 0:
        if needle.startswith(text[start:]):
            return len(text) - start
        start += 1
    return 0
