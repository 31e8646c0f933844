"""Which texts that an agent reads are kept, and what is said of each: the choice, the title, the limits."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

CATEGORIES = frozenset({"docs", "papers", "forum", "code-host", "scaffold", "other"})
MOST_BYTES = 256 << 10  # of the text, unpacked
MOST_TAKEN = MOST_BYTES + (
    8 << 10
)  # a secret that stands where the text is cut is whole when it is looked for
MOST_TITLE, MOST_SPELT = 200, 2000  # characters; with entities and escapes as they are written
TEXTS = frozenset(
    {
        "text/html", "application/xhtml+xml", "text/plain", "text/markdown", "text/x-markdown", "text/x-rst",
        "application/json", "application/x-ipynb+json", "text/xml", "application/xml",
        "application/rss+xml", "application/atom+xml",
    }
)  # fmt: skip
NO_TEXTS = frozenset({"image/svg+xml"})
UNNAMED = frozenset({"", "application/octet-stream", "binary/octet-stream"})  # the path has to tell
TEXT_ENDINGS = (".html", ".htm", ".md", ".markdown", ".rst", ".txt", ".json", ".ipynb", ".xml")
FORM = "application/x-www-form-urlencoded"
ASKED = frozenset({FORM, "application/graphql", *TEXTS})
MARKDOWN, NOTEBOOK = (".md", ".markdown", ".rst"), ".ipynb"
CHARSETS = re.compile(
    r"utf-?(8|16|32)(-?[lb]e)?|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|(windows-|cp)125\d|koi8-[ru]"
    r"|shift_jis|euc-(jp|kr)|gb(2312|k|18030)|big5"
)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})")
HEADING = re.compile(r"^[ ]{0,3}#{1,6}[ \t]+([^\n]*)|^([^\s#][^\n]*)\n(?:=|-){3,}[ \t]*$", re.MULTILINE)
TOLD_IN_JSON = re.compile(r'"\s*#{1,6} ((?:[^"\\]|\\.){1,400})')
DAMAGED, BINARY = "it cannot be unpacked", "it is no text"
CROWDED = "too many texts pass at once"


@dataclass(frozen=True)
class Page:
    """A text as it is kept, without secrets and cut, and what it is called."""

    text: bytes
    title: str | None
    truncated: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text).hexdigest()

    def said(self, *, kept: bool, why: str | None = None) -> dict[str, Any]:
        """Return what the call's line says of it."""
        return {
            "sha256": self.sha256,
            "bytes": len(self.text),
            "title": self.title,
            "truncated": self.truncated,
            "kept": kept,
            "why": why,
        }


def lost(why: str) -> dict[str, Any]:
    """Return what the line says of a text of which nothing can be kept."""
    return {"sha256": None, "bytes": 0, "title": None, "truncated": False, "kept": False, "why": why}


def media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def is_answer_kept(category: str, content_type: str, path: str) -> bool:
    """Say whether an answer is a text of those that agents read."""
    kind = media_type(content_type)
    named = kind in TEXTS or (kind.endswith(("+json", "+xml")) and kind not in NO_TEXTS)
    return category in CATEGORIES and (
        named or (kind in UNNAMED and path.partition("?")[0].lower().endswith(TEXT_ENDINGS))
    )


def is_question_kept(category: str, method: str, content_type: str) -> bool:
    """Say whether a request is a search, or another question, whose words are in its body."""
    return category in CATEGORIES and method.upper() == "POST" and media_type(content_type) in ASKED


def page(
    body: bytes, content_type: str, path: str, readable: Callable[[bytes, str], str], *, cut: bool = False
) -> Page | None:
    """Return what is kept of a body, which is unpacked and of which no more than MOST_TAKEN is given.

    `readable` takes the secrets out of a text of some type. None for what is no text.
    """
    charset = codec(content_type)
    if b"\0" in body and not charset.startswith(("utf-16", "utf-32")):
        return None
    plain = body.decode(charset, "replace").removeprefix("\ufeff").encode("utf-8", "replace")
    kind = media_type(content_type)
    shown = readable(plain, kind)
    text = shown.encode("utf-8", "replace")[:MOST_BYTES].decode("utf-8", "ignore")
    return Page(text.encode(), title(text, kind, path), cut or len(plain) > MOST_BYTES or text != shown)


def codec(content_type: str) -> str:
    """Return how a text is written, as its sender says, where that is one of the usual ways."""
    found = CHARSET.search(content_type.lower())
    return found[1] if found and CHARSETS.fullmatch(found[1]) else "utf-8"


def title(text: str, kind: str, path: str) -> str | None:
    """Return what a text calls itself: its <title>, or its first heading."""
    ending = path.partition("?")[0].lower()
    if kind == "application/x-ipynb+json" or ending.endswith(NOTEBOOK):
        found = notebook_heading(text)
    elif kind in ("text/markdown", "text/x-markdown", "text/x-rst") or ending.endswith(MARKDOWN):
        heading = HEADING.search(text)
        found = (heading[1] or heading[2] or "") if heading else ""
    else:
        found = element(text) if kind.endswith(("html", "xml")) or kind in UNNAMED else ""
    return " ".join(found.split())[:MOST_TITLE] or None


def element(text: str) -> str:
    """Return what stands in the first <title> of a page or a feed."""
    spelt = re.search(r"<title(?=[\s>/])", text, re.IGNORECASE)
    begin = text.find(">", spelt.end()) + 1 if spelt else 0
    return unescape(text[begin : begin + MOST_SPELT].partition("<")[0]) if begin else ""


def notebook_heading(text: str) -> str:
    """Return the first heading in a notebook's first cell of words; the notebook may be cut in the middle."""
    found = TOLD_IN_JSON.search(text, max(0, text.find('"markdown"')))
    try:
        return str(json.loads(f'"{found[1]}"')).partition("\n")[0] if found else ""
    except ValueError:
        return ""
