"""The lists of all that is left out, one for each piece, committed with it: a JSON line each, by path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate, takewhile

import msgspec

from nab.core.recording.workspace.exclusions import is_utf8
from nab.core.upkeep.sync.mirror_index import LeftOutRow, MirrorIndex
from nab.core.upkeep.sync.pieces import NOTE, Aside, is_run

WATCHER, OURS = "git_watcher", "sync"
MORE, ASIDE = "more", "set aside"
MOST_BYTES = 512 << 10  # of a list; no host refuses that, and sync.max_file_mib is never less
MOST_OF_A_RUN = 2_000  # rows that are taken over from the list of one workspace; all of them stand there


class ManifestLine(msgspec.Struct):
    """The little of a line that is read back."""

    path: str | None
    reason: str
    bytes: int | None
    by: str
    path_hex: str = ""
    mark: str = ""


def written(
    known: MirrorIndex, piece: str, asides: Mapping[str, Aside], clean: Callable[[bytes], bool]
) -> bytes:
    """Write the list of a piece, up to so many bytes; `clean` says whether a text may go out.

    Whole pieces that do not go are listed with the note.
    """
    rows = known.rows_of(piece)
    if piece == NOTE:
        rows |= {
            f"{one}/".encode(): LeftOutRow(f"{ASIDE}: {aside.why}", None) for one, aside in asides.items()
        }
    lines = [ours(path, row) for path, row in rows.items()]
    lines += known.listed.get(piece.removeprefix("runs/"), []) if is_run(piece) else []
    return bounded([line + b"\n" for line in sorted(lines)], clean)  # a line begins with its path


def bounded(lines: list[bytes], clean: Callable[[bytes], bool]) -> bytes:
    """Join as many lines as there is room for; of the others only their number is told."""
    kept = list(
        takewhile(lambda row: row[1] <= MOST_BYTES, zip(lines, accumulate(map(len, lines)), strict=True))
    )
    content = b"".join(line for line, _ in kept)
    if not clean(content):
        kept = [row for row in kept if clean(row[0])]
        content = b"".join(line for line, _ in kept)
        if not clean(content):
            kept, content = [], b""
    if len(kept) == len(lines):
        return content
    more = {"path": None, "reason": MORE, "bytes": None, "files": len(lines) - len(kept), "by": OURS}
    return content + msgspec.json.encode(more) + b"\n"


def ours(path: bytes, row: LeftOutRow) -> bytes:
    """Write a row of our own."""
    said: dict[str, str | int | None] = {"path": path.decode("utf-8", "backslashreplace")}
    if not is_utf8(path):
        said["path_hex"] = path.hex()
    said |= {"reason": row.reason, "bytes": row.size, "by": OURS}
    return msgspec.json.encode(said | ({"mark": row.mark} if row.mark else {}))


def of_a_workspace(folder: bytes, listed: bytes, clean: Callable[[bytes], bytes]) -> list[bytes]:
    """Take over what the history of a workspace lists as left out (docs/recording.md); `clean` takes secrets out."""
    lines = listed.splitlines()
    rows = [taken_over(folder, msgspec.json.decode(line), clean) for line in lines[:MOST_OF_A_RUN]]
    if (more := len(lines) - MOST_OF_A_RUN) > 0:
        text = {"path": f"{folder.decode()}/", "reason": "more", "files": more, "by": WATCHER}
        rows.append(msgspec.json.encode(text))
    return rows


def taken_over(folder: bytes, row: dict[str, object], clean: Callable[[bytes], bytes]) -> bytes:
    """Write a row of a workspace's list with the path at the remote."""
    path = folder + b"/" + str(row.get("path") or "").encode()
    told = clean(path)
    name = bytes.fromhex(str(row.get("path_hex", "")))
    if told != path or clean(name) != name:
        row.pop("path_hex", None)
    return msgspec.json.encode({**row, "path": told.decode(), "by": WATCHER})


def read(content: bytes) -> Iterator[tuple[bytes, LeftOutRow]]:
    """Read our own rows again."""
    for text in content.splitlines():
        if b'"by":"%b"' % OURS.encode() in text:
            line = msgspec.json.decode(text, type=ManifestLine)
            if line.path is None or line.reason.startswith(ASIDE):
                continue
            path = bytes.fromhex(line.path_hex) if line.path_hex else line.path.encode()
            yield path, LeftOutRow(line.reason, line.bytes, line.mark)
