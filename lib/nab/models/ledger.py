"""What the server answered: a line a request, kept in memory and as JSONL, to compare other counts with."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from threading import Lock

import msgspec

from nab.edges.files import files
from nab.models.turns import Usage

SCHEMA = 1


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One request and its answer.

    `usage` is what was reported to the client in the bytes that were sent; `planned` is what the whole turn
    would have reported. They differ where the stream was not finished.
    """

    schema: int = SCHEMA
    id: str
    time: str
    provider: str
    model: str
    session: str
    scenario: str
    prompts: int
    step: int
    failed_before: int
    status: int
    streamed: bool
    finished: bool
    usage: Usage
    planned: Usage
    request_bytes: int
    response_bytes: int
    seconds: float


class Ledger:
    """The entries of one folder, those of earlier servers included."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lock = Lock()
        self.entries = [msgspec.json.decode(line, type=Entry) for _, line in files.lines_after(file, 0)]
        self.failures: Counter[str] = Counter()
        for entry in self.entries:
            self.count(entry)

    def add(self, entry: Entry) -> None:
        """Write an entry down."""
        with self.lock:
            self.entries.append(entry)
            self.count(entry)
            files.append_line(self.file, msgspec.json.encode(entry))

    def count(self, entry: Entry) -> None:
        """Remember a request that was refused or broke off: its conversation's, and its provider's."""
        if not entry.finished:
            self.failures.update((entry.session, entry.provider))

    def failed(self, whose: str) -> int:
        """Return how many requests of a conversation, or of a provider, were refused or broke off."""
        return self.failures[whose]

    def totals(self) -> dict[str, dict[str, int]]:
        """Return the sum of what was reported, by provider and model."""
        sums: dict[str, Usage] = {}
        requests: Counter[str] = Counter()
        for entry in self.entries:
            key = f"{entry.provider}/{entry.model}"
            sums[key] = sums.get(key, Usage()) + entry.usage
            requests[key] += 1
        return {key: {"requests": requests[key], **msgspec.to_builtins(sums[key])} for key in sorted(sums)}
