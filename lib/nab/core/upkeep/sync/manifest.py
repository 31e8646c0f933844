"""The list of all that is left out, committed with the rest: a JSON line each, by path."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from nab.core.recording.workspace.exclusions import is_utf8
from nab.core.upkeep.sync.mirror_index import LeftOutRow, MirrorIndex

PATH = b"left-out.jsonl"
WATCHER, OURS = "git_watcher", "sync"
MOST_OF_A_RUN = 2_000  # rows that are taken over from the list of one workspace; all of them stand there


class ManifestLine(msgspec.Struct):
    """The little of a line that is read back."""

    path: str
    reason: str
    bytes: int | None
    by: str
    path_hex: str = ""
    mark: str = ""


def written(known: MirrorIndex) -> bytes:
    """Write the list."""
    lines = [ours(path, row) for path, row in known.rows.items()]
    lines += [line for rows in known.listed.values() for line in rows]
    return b"".join(line + b"\n" for line in sorted(lines))  # a line begins with its path


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
            path = bytes.fromhex(line.path_hex) if line.path_hex else line.path.encode()
            yield path, LeftOutRow(line.reason, line.bytes, line.mark)
