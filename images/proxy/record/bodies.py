"""Which bodies are kept: what was asked of Numerai's API and what it answered, redacted and cut."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from record import redact

SCHEMA = 1
MOST_BYTES = 64 << 10
MARGIN = 8 << 10  # a secret that stands where the text is cut is whole when it is looked for
MOST_PARSED, MOST_MARKS = 256 << 10, 20_000  # bytes; commas, quotes and brackets: each value is looked at
KEPT = "numerai-api"
MARKS = (b",", b'"', b"[", b"{")


def are_kept(category: str, *, light: bool) -> bool:
    """Say whether a call's bodies are kept."""
    return category == KEPT and not light


def head(run: str, id: str) -> dict[str, Any]:
    """Return whose body a line is."""
    return {"schema": SCHEMA, "run": run, "id": id}


def body(which: str, sent: bytes, plain: bytes, hide: Callable[[str], str]) -> dict[str, Any]:
    """Return what the line of a body says: `which` is request or response, `plain` is it uncompressed."""
    text = readable(plain, hide)
    cut = text.encode("utf-8", "replace")[:MOST_BYTES].decode("utf-8", "ignore")
    return {
        "which": which,
        "bytes": len(sent),
        "sha256": hashlib.sha256(sent).hexdigest(),
        "truncated": len(plain) > MOST_PARSED or cut != text,
        "text": cut,
    }


def readable(content: bytes, hide: Callable[[str], str], most: int = MOST_BYTES + MARGIN) -> str:
    """Return a body's text without its secrets; of a very large one the first `most` bytes."""
    if len(content) <= MOST_PARSED and sum(map(content.count, MARKS)) <= MOST_MARKS:
        try:
            return json.dumps(
                redact.tree(json.loads(content), hide), ensure_ascii=False, separators=(",", ":")
            )
        except (ValueError, RecursionError):
            pass
    return redact.text(content[:most].decode("utf-8", "replace"), hide)
