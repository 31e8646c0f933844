"""Files that are put to Numerai's storage, kept as they pass until the host has worked them up."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from kept.disk import NO_ROOM, PART, Unconfirmed, has_room

BROKE_OFF = "it broke off"
TOO_LARGE = "it is larger than recording.upload_max_mib"
FULL = "as much waits as recording.predictions_max_mib allows"
WIDEST_STEP = 16 << 20  # bytes written between two looks at the disk


class Spool(Unconfirmed):
    """The folder of uploads that wait. `most_file` bytes of each, `most_all` in all."""

    def __init__(self, folder: str, most_file: int, most_all: int) -> None:
        self.folder, self.most_file, self.most_all = Path(folder), most_file, most_all
        self.full = False
        self.unsynced: list[Path] = []
        for part in self.folder.glob(f".*{PART}"):
            part.unlink(missing_ok=True)  # of a proxy that was killed

    def begin(self, id: str, kind: str, length: int) -> Upload:
        """Begin to keep an upload; `length` is what its head says, 0 where it says nothing."""
        return Upload(self, id, kind, length)

    def objection(self, length: int) -> str | None:
        """Say why an upload of so many bytes is not kept, or nothing."""
        if length > self.most_file:
            return TOO_LARGE
        waiting = sum(entry.stat().st_size for entry in os.scandir(self.folder))
        if waiting + length > self.most_all:
            self.full = True
            return FULL
        return None if has_room(self.folder, length) else NO_ROOM


class Upload:
    """A tap that writes what passes. Whatever goes wrong costs the kept file alone: `why` says so then."""

    def __init__(self, spool: Spool, id: str, kind: str, length: int) -> None:
        self.spool, self.kind = spool, kind
        self.part = spool.folder / f".{id}{PART}"
        self.file: int | None = None
        self.written = self.looked_at = 0
        self.complete = False
        self.why: str | None = None
        try:
            spool.folder.mkdir(parents=True, exist_ok=True)
            self.why = spool.objection(length)
            if self.why is None:
                self.file = os.open(self.part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        except OSError as error:
            self.why = error.strerror

    def __call__(self, piece: bytes) -> bytes:
        """Write a piece; nothing is the end."""
        if self.file is not None:
            try:
                self.write(piece)
            except OSError as error:
                self.give_up(error.strerror or "it could not be written")
        self.complete = self.complete or not piece
        return piece

    def write(self, piece: bytes) -> None:
        """Append a piece, with a look at the limits now and then. Raises OSError."""
        self.written += len(piece)
        if self.written > self.spool.most_file or self.written - self.looked_at > WIDEST_STEP:
            self.looked_at = self.written
            if why := self.spool.objection(self.written if self.written > self.spool.most_file else 0):
                self.give_up(why)
                return
        rest = memoryview(piece)
        while rest and self.file is not None:
            rest = rest[os.write(self.file, rest) :]

    def give_up(self, why: str) -> None:
        """Keep nothing of it."""
        self.why = self.why or why
        if self.file is not None:
            os.close(self.file)
            self.file = None
        with suppress(OSError):
            self.part.unlink(missing_ok=True)

    def finish(self, sha256: str | None, *, wanted: bool) -> dict[str, Any]:
        """Give the whole file its name, when its call is over. Returns what the call's line says of it."""
        if sha256 is None or not (wanted and self.complete):
            self.give_up(BROKE_OFF)
        if self.file is not None:
            os.close(self.file)
            self.file = None
            place = self.spool.folder / f"{sha256}.{self.kind}"
            try:
                self.part.rename(place)
                self.spool.unsynced.append(place)
            except OSError as error:
                self.give_up(error.strerror or BROKE_OFF)
        return {"kind": self.kind, "spooled": self.why is None, "why": self.why}
