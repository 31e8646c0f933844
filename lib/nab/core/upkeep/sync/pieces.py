"""The pieces of the copy: the log, the results, each run, the note. What is wrong with one holds no other back."""

from __future__ import annotations

import msgspec

from nab.core.upkeep.sync.selection import README

LOG, RESULTS, NOTE = "log", "results", "note"
LIST = b"left-out.jsonl"
PLACES: dict[str, tuple[bytes, ...]] = {
    LOG: (b"events",),
    RESULTS: (b"overview.json", b"entrants", b"rounds", b"results", b"site"),
    NOTE: (README, LIST),
}
FIRST_PAUSE, LONGEST_PAUSE = 600.0, 21_600.0  # seconds


class Aside(msgspec.Struct, frozen=True):
    """A piece that did not go: how often in a row, until when it is not tried (ISO-8601, empty: at once), and why."""

    times: int
    until: str
    why: str


def of_run(run: str) -> str:
    """Return the piece that a run is."""
    return f"runs/{run}"


def of(path: bytes) -> str:
    """Return the piece that a path at the remote belongs to."""
    first, *rest = path.split(b"/", 2)
    if first == b"runs" and rest:
        return of_run(rest[0].decode("utf-8", "backslashreplace"))
    return next((piece for piece, places in PLACES.items() if first in places), RESULTS)


def places(piece: str) -> tuple[bytes, ...]:
    """Return the files and folders that are a piece."""
    return PLACES.get(piece) or (piece.encode(),)


def is_run(piece: str) -> bool:
    return piece.startswith("runs/")


def pause(times: int) -> float:
    """Return for how many seconds a piece rests that did not go so often in a row: not at all the first time."""
    return 0.0 if times < 2 else min(FIRST_PAUSE * 2.0 ** min(times - 2, 10), LONGEST_PAUSE)


def list_of(piece: str) -> bytes:
    """Return where it is listed what of a piece stays here: with the run itself, the rest at the top."""
    return piece.encode() + b"/" + LIST if is_run(piece) else LIST
