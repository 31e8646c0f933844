"""What outlives the server: one SQLite file. A statement that has returned is on the disk."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any

from nab.core.errors import NabError

LAYOUT = 1
TABLES = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS models (id TEXT PRIMARY KEY, name TEXT NOT NULL, said TEXT NOT NULL DEFAULT '{}');
CREATE TABLE IF NOT EXISTS uploads (
  place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, queued_id TEXT NOT NULL UNIQUE, model TEXT NOT NULL,
  filename TEXT NOT NULL, inserted_at TEXT NOT NULL, round INTEGER NOT NULL, source TEXT, trigger_id TEXT,
  address TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS uploads_of_model ON uploads (model);
CREATE INDEX IF NOT EXISTS uploads_of_round ON uploads (round);
CREATE INDEX IF NOT EXISTS uploads_of_file ON uploads (filename);
CREATE TABLE IF NOT EXISTS predictions (id TEXT PRIMARY KEY, round INTEGER NOT NULL, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS slots (
  name TEXT PRIMARY KEY, model TEXT NOT NULL, kind TEXT NOT NULL, made_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (
  place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, model TEXT NOT NULL, progress TEXT NOT NULL,
  content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rounds (number INTEGER PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS marks (
  model TEXT NOT NULL, round INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (model, round));
CREATE TABLE IF NOT EXISTS late (round INTEGER PRIMARY KEY, seconds REAL NOT NULL);
"""


@dataclass
class Store:
    """A connection that all threads share, one statement or transaction at a time."""

    connection: sqlite3.Connection
    lock: RLock = field(default_factory=RLock)

    @classmethod
    def in_memory(cls) -> Store:
        """Return a store that is gone with the process."""
        return cls.prepared(":memory:")

    @classmethod
    def at(cls, path: Path) -> Store:
        """Open a store, made on the first call. Raises NabError for a file that is none of ours."""
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return cls.prepared(str(path))
        except sqlite3.DatabaseError as error:
            raise NabError(
                f"{path} cannot be read: {error}", hint="move it away; the tournament then begins anew"
            ) from None

    @classmethod
    def prepared(cls, name: str) -> Store:
        """Connect, and have the tables."""
        connection = sqlite3.connect(name, check_same_thread=False, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.executescript(TABLES)
        store = cls(connection)
        layout = store.setting("layout", LAYOUT)
        if layout != LAYOUT:
            raise NabError(f"{name} has layout {layout}, not {LAYOUT}", hint="move it away")
        store.keep("layout", LAYOUT)
        return store

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Have everything inside happen, or nothing."""
        with self.lock:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    def change(self, statement: str, values: Iterable[Any] = ()) -> None:
        """Execute a statement that changes something."""
        with self.lock:
            self.connection.execute(statement, tuple(values))

    def rows(self, statement: str, values: Iterable[Any] = ()) -> list[Any]:
        """Return what a statement finds."""
        with self.lock:
            return self.connection.execute(statement, tuple(values)).fetchall()

    def keep(self, name: str, value: Any) -> None:
        """Remember a setting."""
        self.change("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, json.dumps(value)))

    def setting(self, name: str, otherwise: Any = None) -> Any:
        """Return a setting."""
        found = self.rows("SELECT value FROM settings WHERE name = ?", (name,))
        return json.loads(found[0][0]) if found else otherwise

    def forget(self, name: str) -> None:
        """Remove a setting."""
        self.change("DELETE FROM settings WHERE name = ?", (name,))

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            self.connection.close()
