"""What the mirror holds, as it was remembered, or read again from its newest commit."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from nab.config import Sync
from nab.core.log.events import FIRST, Link, decode, link
from nab.core.log.segments import named
from nab.core.recording.workspace.paths import MANIFEST
from nab.core.upkeep.secrets.scanner import Scanner
from nab.core.upkeep.sync import manifest, parts, pieces, selection
from nab.core.upkeep.sync.mirror_index import Held, MirrorIndex
from nab.core.upkeep.sync.selection import Way
from nab.edges.files import files
from nab.edges.git import mirror, objects
from nab.paths import Paths

COMMIT = b"/workspace-commit"


def file_of(paths: Paths) -> Path:
    """Return where it is remembered."""
    return paths.sync / "known"


def current(paths: Paths, folder: Path) -> MirrorIndex:
    """Return what is known of the mirror: remembered, if that fits its newest commit, else read from that."""
    head = mirror.head(folder)
    tree = mirror.tree(folder, head) if head else ""
    try:
        known = msgspec.msgpack.decode(file_of(paths).read_bytes(), type=MirrorIndex)
        if known.tree == tree:
            return known
    except (FileNotFoundError, msgspec.MsgspecError):
        pass
    return read(paths, folder, tree) if tree else MirrorIndex()


def fresh(paths: Paths, folder: Path) -> MirrorIndex:
    """Return what the newest commit of the mirror holds, whatever is remembered."""
    head = mirror.head(folder)
    return read(paths, folder, mirror.tree(folder, head)) if head else MirrorIndex()


def by_what(paths: Paths) -> Path:
    """Return where it is kept by what was judged: a killed tick's notes are made anew, and not all judged again."""
    return paths.sync / "judged-by"


def keep(paths: Paths, known: MirrorIndex) -> None:
    """Remember it."""
    files.replace_bytes(file_of(paths), msgspec.msgpack.encode(known))
    if not by_what(paths).exists() or by_what(paths).read_text() != known.judged_by:
        files.replace_bytes(by_what(paths), known.judged_by.encode())


def read(paths: Paths, folder: Path, tree: str) -> MirrorIndex:
    """Read what a tree of the mirror holds. Every file of the state will be looked at again."""
    known = MirrorIndex(tree=tree, judged_by=by_what(paths).read_text() if by_what(paths).exists() else "")
    for entry in objects.entries(folder, tree):
        piece = pieces.of(entry.path)
        known.taken[piece] = known.taken.get(piece, 0) + entry.size
        if entry.path == pieces.list_of(piece):
            known.lists[piece] = entry.blob
        elif entry.path.startswith(b"runs/") and entry.path.endswith(COMMIT) and entry.path.count(b"/") == 2:
            run = entry.path.split(b"/")[1].decode()
            known.workspaces[run] = objects.content(folder, entry.blob).decode().strip()
        else:
            note(known, entry.path, entry.size, entry.blob)
    for listed_there in objects.objects(folder, known.lists.values()):
        for path, row in manifest.read(listed_there.content):
            known.rows[path] = row
            note_withheld(known, path, row.size or 0)
    for run, commit in known.workspaces.items():
        known.listed[run] = listed(paths, run, commit)
    known.events = last_event(known, folder)
    return known


def note(known: MirrorIndex, path: bytes, size: int, blob: str) -> None:
    """Note a file or a part of one; of a file in parts the last one counts."""
    part = parts.source_and_start(path)
    if part and selection.way(part[0]) in {Way.GROWN, Way.SEALED}:
        source, start = part
        if start >= known.files.setdefault(source, Held()).start:
            known.files[source] = Held(start=start, end=start + size, blob=blob)
    elif selection.way(path) is Way.WHOLE or path == selection.README:
        known.files[path] = Held(end=size, blob=blob)


def note_withheld(known: MirrorIndex, path: bytes, size: int) -> None:
    """Note that a part was withheld: what its file gains goes into the next."""
    part = parts.source_and_start(path)
    if part and selection.way(part[0]) in {Way.GROWN, Way.SEALED}:
        end = part[1] + size
        if end > known.files.setdefault(part[0], Held()).end:
            known.files[part[0]] = Held(start=end, end=end)


def listed(paths: Paths, run: str, commit: str) -> list[bytes]:
    """Read what the history of a workspace lists as left out. Its names were looked at when it was committed."""
    history = paths.run(run).history
    if not (history / "HEAD").exists() or not objects.has(history, commit):
        return []
    content = objects.content(history, f"{commit}:{MANIFEST.decode()}")
    return manifest.of_a_workspace(selection.workspace(run), content, lambda path: path)


def last_event(known: MirrorIndex, folder: Path) -> Link:
    """Return where the chain of the mirrored event log stands."""
    blobs = {
        segment: held.blob
        for path, held in known.files.items()
        if held.blob
        and selection.way(path) is Way.SEALED
        and (segment := named(path.decode().rpartition("/")[2]))
    }
    if not blobs:
        return FIRST
    last = objects.content(folder, blobs[max(blobs)]).splitlines(keepends=True)[-1]
    return link(decode(last), last)


def judged_by(scanner: Scanner, settings: Sync) -> str:
    """Return a digest of all by which it is judged what stays here."""
    limits = (
        settings.max_file_mib,
        settings.max_record_mib,
        settings.max_total_gib,
        sorted(settings.harmless),
    )
    needles = b"\0".join(sorted(scanner.names))
    return hashlib.sha256(repr(limits).encode() + hashlib.sha256(needles).digest()).hexdigest()
