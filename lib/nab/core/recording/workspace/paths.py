"""Under which path a file of a workspace stands in its history. Different files never share one."""

from __future__ import annotations

import re

OURS = b".nab"
MANIFEST = b".nab/left-out.jsonl"
AGENTS = b"agent"  # the agent's own .nab stands in .nab/agent, beside our manifest
MARK = b"%"
VERSION = 2  # of these rules: a history whose names were chosen by others is walked anew

# git's own fsck, and with it every careful server, refuses a tree with .git in any spelling that some system takes for
# it, and reads what is called .gitmodules or .gitattributes. NTFS has short names (git~1; the first letters of a name,
# or four digits of its hash, and a number), ends a name at a colon and drops dots and blanks behind it, and takes a
# backslash for a slash. HFS+ does not see some characters. With .gitattributes a checkout would run filters.
DOT_NAMES = rb"\.git|\.gitmodules|\.gitattributes|\.gitignore|\.mailmap"
SHORT_NAMES = rb"git~1|(?:gitmod|gitatt|gitign|mailma)~[1-4]"
HASHED_NAMES = b"|".join(
    b"%b~[1-9][0-9]{%d}" % (start[:length], 6 - length)
    for start in (b"gi7eba", b"gi7d29", b"gi250a", b"maba30")
    for length in range(7)
)
END = rb"[ .]*(?:[:\x80-\xff].*)?"  # git takes a broken character for the end of a name
SPECIAL = re.compile(
    b"%%*(?:(?:%b|%b|%b)%b|\\.\\.?)" % (DOT_NAMES, SHORT_NAMES, HASHED_NAMES, END),
    re.IGNORECASE | re.DOTALL,
)
PIECE = re.compile(rb"[^/\\]+")
PLAIN = {b".gitignore", b".mailmap"}  # these may be there, in this spelling
UNSEEN = re.compile(rb"\xe2\x80[\x8c-\x8f\xaa-\xae]|\xe2\x81[\xaa-\xaf]|\xef\xbb\xbf")  # by HFS+, in a name


def is_special(piece: bytes) -> bool:
    """Say whether a name, or what of it stands between backslashes, marked or not, must not be in a tree as it is."""
    return piece not in PLAIN and SPECIAL.fullmatch(UNSEEN.sub(b"", piece)) is not None


def mark(piece: bytes) -> bytes:
    return MARK + piece if is_special(piece) else piece


def unmark(piece: bytes) -> bytes:
    return piece.removeprefix(MARK) if is_special(piece) else piece


def mark_new(piece: bytes) -> bytes:
    return piece if piece.startswith(MARK) else mark(piece)


def marked(path: bytes) -> bytes:
    """Write a path so that nothing in it acts on a checkout or is refused: a % before each such piece."""
    return PIECE.sub(lambda piece: mark(piece[0]), path)


def unmarked(path: bytes) -> bytes:
    """Read a path that was marked; what older rules left without a mark stays as it is."""
    return PIECE.sub(lambda piece: unmark(piece[0]), path)


def safe(path: bytes) -> bytes:
    """Mark what has no mark yet, in a path of a history that may be older than these rules."""
    return PIECE.sub(lambda piece: mark_new(piece[0]), path)


def committed(path: bytes) -> bytes:
    """Return where a path of the workspace stands in the history."""
    first, slash, rest = marked(path).partition(b"/")
    return first + b"/" + AGENTS + slash + rest if first == OURS else first + slash + rest


def in_workspace(path: bytes) -> bytes | None:
    """Return the path of the workspace that stands here in the history; None for what we added ourselves."""
    first, *rest = unmarked(path).split(b"/")
    if first != OURS:
        return b"/".join((first, *rest))
    return b"/".join((OURS, *rest[1:])) if rest[:1] == [AGENTS] else None


def outdated(paths: list[bytes]) -> list[bytes]:
    """Return those paths of a history under which older rules put what stands elsewhere by these."""
    places = ((path, in_workspace(path)) for path in paths)
    return [path for path, place in places if place is not None and committed(place) != path]


def quoted(path: bytes) -> bytes:
    """Write a path as git's import stream wants it."""
    escaped = path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"' + escaped + b'"'


def unquoted(written: str) -> bytes:
    """Read a path as git prints it: as it is, or in quotes with octal escapes."""
    if not written.startswith('"'):
        return written.encode()
    return written[1:-1].encode().decode("unicode_escape").encode("latin-1")
