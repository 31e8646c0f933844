"""Under which path a file of a workspace stands in its history. Different files never share one."""

from __future__ import annotations

import re

OURS = b".nab"
MANIFEST = b".nab/left-out.jsonl"
AGENTS = b"agent"  # the agent's own .nab stands in .nab/agent, beside our manifest
# git or a server refuses a tree with .git in it, in any of the spellings that some system takes for it; with
# .gitattributes a checkout would run the agent's filters.
SPECIAL = re.compile(
    rb"%*(\.git|git~1|\.gitmodules|\.gitattributes)([ .]*|[ .]*:.*)", re.IGNORECASE | re.DOTALL
)
UNSEEN = re.compile(rb"\xe2\x80[\x8c-\x8f\xaa-\xae]|\xe2\x81[\xaa-\xaf]|\xef\xbb\xbf")  # by HFS+, in a name


def is_special(name: bytes) -> bool:
    """Say whether a name, marked or not, is one that must not stand in a tree as it is."""
    return b"git" in UNSEEN.sub(b"", name).lower() and SPECIAL.fullmatch(UNSEEN.sub(b"", name)) is not None


def committed(path: bytes) -> bytes:
    """Return where a path of the workspace stands in the history."""
    first, *rest = [b"%" + part if is_special(part) else part for part in path.split(b"/")]
    return b"/".join((first, AGENTS, *rest) if first == OURS else (first, *rest))


def in_workspace(path: bytes) -> bytes | None:
    """Return the path of the workspace that stands here in the history; None for what we added ourselves."""
    parts = [part[1:] if is_special(part) else part for part in path.split(b"/")]
    if parts[0] != OURS:
        return b"/".join(parts)
    return b"/".join((OURS, *parts[2:])) if parts[1:2] == [AGENTS] else None


def quoted(path: bytes) -> bytes:
    """Write a path as git's import stream wants it."""
    escaped = path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + escaped + b'"'


def unquoted(written: str) -> bytes:
    """Read a path as git prints it: as it is, or in quotes with octal escapes."""
    if not written.startswith('"'):
        return written.encode()
    return written[1:-1].encode().decode("unicode_escape").encode("latin-1")
