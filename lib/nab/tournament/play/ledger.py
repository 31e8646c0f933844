"""Who uploaded what and when: facts, kept for good. The predictions themselves only while they are scored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from nab.core.text import times
from nab.tournament.market.signal import Array
from nab.tournament.play.uploads import Origin, Upload, queued_id
from nab.tournament.store import Store

COLUMNS = "id, model, filename, inserted_at, round, source, trigger_id, address"


@dataclass(frozen=True)
class Slot:
    """A file name that was handed out for an upload, and what the upload is for."""

    model: str
    kind: str


@dataclass(frozen=True)
class Ledger:
    """The uploads of a tournament, oldest first."""

    store: Store

    def add(self, upload: Upload, values: Array) -> None:
        """Take in a valid upload; when this returns it is on the disk."""
        origin = upload.origin
        facts = (upload.id, upload.model, upload.filename, times.text(upload.inserted_at), upload.round)
        with self.store.transaction():
            self.store.change(
                f"INSERT INTO uploads ({COLUMNS}, queued_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
                (*facts, origin.source, origin.trigger, origin.address, queued_id(upload)),
            )
            content = np.ascontiguousarray(values, dtype="<f8").tobytes()
            self.store.change("INSERT INTO predictions VALUES (?, ?, ?)", (upload.id, upload.round, content))

    def all(self) -> list[Upload]:
        return self.where("1")

    def of_model(self, model: str) -> list[Upload]:
        return self.where("model = ?", model)

    def of_rounds(self, lowest: int, highest: int) -> list[Upload]:
        return self.where("round BETWEEN ? AND ?", lowest, highest)

    def find(self, submission: str) -> list[Upload]:
        """Return the upload of a submission, which may be the copy that was queued."""
        return self.where("id = ? OR queued_id = ?", submission, submission)

    def where(self, condition: str, *values: Any) -> list[Upload]:
        """Return the uploads of which a condition of ours holds."""
        statement = f"SELECT {COLUMNS} FROM uploads WHERE {condition} ORDER BY place"  # noqa: S608
        return [upload(row) for row in self.store.rows(statement, values)]

    def values(self, upload: str) -> Array:
        """Return an upload's predictions, in the order of the market's stocks."""
        ((content,),) = self.store.rows("SELECT content FROM predictions WHERE id = ?", (upload,))
        return np.frombuffer(content, dtype="<f8")

    def values_kept(self) -> int:
        """Return of how many uploads the predictions are kept."""
        return int(self.store.rows("SELECT count(*) FROM predictions")[0][0])

    def forget_values(self, before: int) -> None:
        """Let go of predictions that no round needs any more."""
        self.store.change("DELETE FROM predictions WHERE round < ?", (before,))

    def hand_out(self, name: str, slot: Slot, now: datetime) -> None:
        """Remember a file name and what it is for."""
        self.store.change(
            "INSERT INTO slots VALUES (?, ?, ?, ?)", (name, slot.model, slot.kind, times.text(now))
        )

    def slot(self, name: str) -> Slot | None:
        """Return what a file name was handed out for."""
        found = self.store.rows("SELECT model, kind FROM slots WHERE name = ?", (name,))
        return Slot(*found[0]) if found else None

    def old_files(self, before: datetime, settled_below: int) -> list[tuple[str, str]]:
        """Return the name and kind of files that nobody needs: not a model's newest, not being scored."""
        needed = """SELECT 1 FROM uploads u WHERE u.filename = slots.name AND (u.round >= ?
          OR u.place = (SELECT max(place) FROM uploads newer WHERE newer.model = u.model))"""
        statement = f"SELECT name, kind FROM slots WHERE made_at < ? AND NOT EXISTS ({needed})"  # noqa: S608
        found = self.store.rows(statement, (times.text(before), settled_below))
        return [(name, kind) for name, kind in found]

    def take_back(self, names: list[str]) -> None:
        """Forget file names whose files are gone."""
        with self.store.transaction():
            for name in names:
                self.store.change("DELETE FROM slots WHERE name = ?", (name,))


def upload(row: Any) -> Upload:
    """Return an upload as it was kept."""
    id, model, filename, inserted_at, number, source, trigger, address = row
    origin = Origin(source, trigger, address)
    return Upload(id, model, filename, times.parse(inserted_at), number, origin)
