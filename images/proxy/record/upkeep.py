"""What the record needs beside the calls: the disk's word for it, sums, and a figure for what was missed."""

from __future__ import annotations

import asyncio
import platform
import uuid

from kept.page_store import PageStore
from kept.spool import Spool
from orders import Orders

from record import traffic
from record.call_log import Notes
from record.journal import Journal

COVERAGE_SECONDS = 60
FOLDED_SECONDS = 10


class Upkeep:
    """Looks after the record from its first line to its last."""

    def __init__(self, notes: Notes, orders: Orders) -> None:
        self.notes = notes
        self.interface = traffic.interface_with(orders.address) or ""
        self.before = traffic.traffic(self.interface)
        self.life = {
            "life": uuid.uuid4().hex[:12],
            "light": orders.light,
            "numerai": orders.numerai,
            "models": orders.models,
        }

    def begin(self, engine: str) -> None:
        """Say that a proxy starts, and what it found."""
        versions = {"mitmproxy": engine, "python": platform.python_version()}
        self.notes.say(
            "proxy", event="start", **self.life, versions=versions, torn_bytes=self.notes.calls.torn
        )

    async def keep(self) -> None:
        """Look after the record once a second, for as long as the proxy lives."""
        seconds = 0
        while True:
            await asyncio.sleep(1)
            seconds += 1
            self.look_after(seconds)
            for kept in self.all_kept():
                if kept.unsynced:
                    await asyncio.to_thread(kept.sync_and_forget)

    def look_after(self, seconds: int) -> None:
        """Write what is due after so many seconds."""
        if self.notes.is_incomplete:
            self.notes.admits()
        if seconds % FOLDED_SECONDS == 0:
            self.notes.say_folded()
        if seconds % COVERAGE_SECONDS == 0:
            self.say_coverage()

    def say_coverage(self) -> None:
        passed = traffic.traffic(self.interface).since(self.before)
        said = traffic.fields(self.interface, passed, self.notes.so_far())
        self.notes.say("coverage", life=self.life["life"], **said, **traffic.turned_away())

    def end(self) -> None:
        """Say that the proxy ends as it should, and close the record."""
        self.notes.say_folded()
        self.say_coverage()
        self.notes.close_gap()
        self.notes.say("proxy", event="end", **self.life, open_calls=len(self.notes.open))
        for kept in self.all_kept():
            kept.close()

    def all_kept(self) -> list[Journal | PageStore | Spool]:
        """Return whatever has to be put on the disk."""
        files = self.notes.files
        found = (self.notes.calls, self.notes.kept, files and files.pages, files and files.spool)
        return [one for one in found if one is not None]
