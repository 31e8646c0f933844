"""The folder of pages: each text once, by the SHA-256 of what is kept of it, up to so many bytes in all."""

from __future__ import annotations

import gzip
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from kept.disk import NO_ROOM, PART, Unconfirmed, has_room
from kept.pages import Page

FULL = "as much is kept as recording.pages_max_mib allows"
LEVEL = 6


class PageStore(Unconfirmed):
    """Writes pages, compressed. `full` says that one did not fit: from then on there is only what lines say."""

    def __init__(self, folder: str, most_bytes: int) -> None:
        self.folder, self.most_bytes = Path(folder), most_bytes
        self.known: set[str] = set()
        self.bytes = 0
        self.full = False
        self.unsynced: list[Path] = []
        self.look()

    def look(self) -> None:
        """Find what is there, and remove what a killed proxy had not finished. A folder that is not there is empty."""
        for shelf in self.folder.glob("??"):
            for entry in os.scandir(shelf):
                if entry.name.endswith(PART):
                    Path(entry.path).unlink(missing_ok=True)
                else:
                    self.known.add(entry.name.partition(".")[0])
                    self.bytes += entry.stat(follow_symlinks=False).st_size

    def keep(self, page: Page) -> dict[str, Any]:
        """Keep a page, unless it is there. Returns what the call's line says of it."""
        if page.sha256 in self.known:
            return page.said(kept=True)
        why = FULL if self.full else self.write(page)
        return page.said(kept=why is None, why=why)

    def write(self, page: Page) -> str | None:
        """Write one page in one step. Says why it is not there then, or nothing."""
        packed = gzip.compress(page.text, LEVEL, mtime=0)
        if self.bytes + len(packed) > self.most_bytes:
            self.full = True
            return FULL
        place = self.folder / page.sha256[:2] / f"{page.sha256}.gz"
        part = place.with_name(f".{place.name}{PART}")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            if not has_room(place.parent, len(packed)):
                return NO_ROOM
            part.write_bytes(packed)
            part.rename(place)
        except OSError as error:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            return error.strerror
        self.known.add(page.sha256)
        self.bytes += len(packed)
        self.unsynced.append(place)
        return None
