"""Every link leads somewhere here, nothing is asked of elsewhere, no page carries a script or a style of its own."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Collection, Iterator, Mapping

from nab.site.gates.offences import Offence

LINK = re.compile(r'(?:href|src)="([^"]*)"')
ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
HANDLER = re.compile(r"<[^>]*\s(on[a-z]+|style)\s*=", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>|<style\b", re.DOTALL | re.IGNORECASE)
ID = re.compile(r'\sid="([^"]*)"')
LOADS = re.compile(r"<(?:iframe|object|embed|form|base|img|video|audio)\b", re.IGNORECASE)
IN_STYLE = re.compile(rb"@import|url\(", re.IGNORECASE)


def dead(
    path: str, page: str, there: Collection[str], ids: Mapping[str, Collection[str]]
) -> Iterator[Offence]:
    """Yield links that lead to nowhere, to a page or a place in one."""
    folder = posixpath.dirname(path)
    targets: dict[str, str] = {"": path}
    for written in dict.fromkeys(LINK.findall(page)):
        target, _, place = html.unescape(written).partition("#")
        if ELSEWHERE.match(target):
            continue
        if (found := targets.get(target)) is None:
            found = targets[target] = posixpath.normpath(posixpath.join(folder, target))
        if found.startswith("..") or found not in there or (place and place not in ids.get(found, ())):
            yield Offence(path, "link to nowhere", written)


def foreign(path: str, page: str) -> Iterator[Offence]:
    """Yield whatever leads, or would be asked, elsewhere."""
    for written in LINK.findall(page):
        if ELSEWHERE.match(html.unescape(written)):
            yield Offence(path, "request to another host", written)
    for found in LOADS.finditer(page):
        yield Offence(path, "request to another host", found[0])


def inline(path: str, page: str) -> Iterator[Offence]:
    """Yield scripts, styles and handlers that stand in a page."""
    for found in SCRIPT.finditer(page):
        if found[1] is None or "src=" not in found[1] or found[2].strip():
            yield Offence(path, "inline script or style", found[0][:80])
    for found in HANDLER.finditer(page):
        yield Offence(path, "inline script or style", found[0][-80:])


def style(path: str, content: bytes) -> Iterator[Offence]:
    """Yield what a style would ask of anywhere."""
    for found in IN_STYLE.finditer(content):
        yield Offence(path, "request to another host", found[0].decode())
