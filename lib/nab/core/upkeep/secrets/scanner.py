"""Looks for secrets: exactly for those that this machine holds, and for what has the shape of one."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from nab.core.upkeep.secrets import patterns
from nab.core.upkeep.secrets.encodings import needles

GRAM = 8
LEAST_INDEXED = (
    2 * GRAM - 1
)  # wherever such a needle stands, eight bytes of it are one of the text's own eights
BLANKS = b"\0 \t\r\n"  # without these a wrapped, spaced or UTF-16 text is in one piece
LAYERS = 3
ESCAPED = re.compile(rb"(?<!\\)\\++(?:u00|x)([0-9A-Fa-f]{2})")  # from the first backslash of a row only

PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")


class Finding(NamedTuple):
    """What was found, in words that give nothing away: `held: <name>` or `shape: <kind>`; a shape has a mark."""

    what: str
    mark: str = ""


class Scanner:
    """Finds the secrets given by name, wherever and however they are written.

    Eight bytes at a time a text is compared with an index of all needles at once, so that their number costs nothing.
    """

    def __init__(
        self, secrets: Mapping[str, bytes], *, public: bytes = b"", harmless: Collection[str] = ()
    ) -> None:
        self.made_of = (dict(secrets), public, tuple(harmless))  # so that another process can have the same
        self.harmless = frozenset(harmless)
        self.names = {needle: name for name, secret in secrets.items() for needle in needles(secret, public)}
        self.short = [needle for needle in self.names if len(needle) < LEAST_INDEXED]
        self.index: dict[int, list[bytes]] = {}
        for needle in self.names:
            for place in range(GRAM if len(needle) >= LEAST_INDEXED else 0):
                gram = int.from_bytes(needle[place : place + GRAM], sys.byteorder)
                self.index.setdefault(gram, []).append(needle)
        self.grams = frozenset(self.index)

    def find(self, content: bytes) -> Finding | None:
        """Return the first thing that must not go out."""
        for text in readings(content):
            if name := self.held(text):
                return Finding(f"held: {name}")
            shaped = next((one for one in patterns.found(text) if one.mark not in self.harmless), None)
            if shaped:
                return Finding(f"shape: {shaped.kind}", shaped.mark)
        squeezed = content.translate(None, BLANKS)
        name = self.indexed(squeezed) if len(squeezed) < len(content) else ""
        return Finding(f"held: {name}") if name else None

    def held(self, text: bytes) -> str:
        """Name the held secret that is in a text."""
        short = next((needle for needle in self.short if needle in text), None)
        return self.names[short] if short is not None else self.indexed(text)

    def indexed(self, text: bytes) -> str:
        """Name the held secret of which a needle of fifteen bytes or more is in a text."""
        eights = memoryview(text)[: len(text) // GRAM * GRAM].cast("Q")
        if self.grams.isdisjoint(eights):
            return ""
        candidates = {needle for gram in self.grams.intersection(eights) for needle in self.index[gram]}
        return next((self.names[needle] for needle in candidates if needle in text), "")


def readings(content: bytes) -> Iterator[bytes]:
    """Yield a text, and as what it is meant where it is percent-encoded or escaped, also several times over."""
    for _ in range(LAYERS + 1):
        yield content
        plain = PERCENT.sub(character, content) if b"%" in content else content
        if b"\\u00" in plain or b"\\x" in plain:
            plain = ESCAPED.sub(character, plain)
        if plain == content:
            return
        content = plain


def character(written: re.Match[bytes]) -> bytes:
    """Return the one that two hex digits stand for."""
    return bytes((int(written[1], 16),))
