"""The power is cut: what the disk has confirmed is there, and of the rest any part, in any form.

Which bytes are confirmed is taken from the writer's own calls: at every fdatasync, what the file held by then.
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

from nab.core.facts import LogRepaired, Poll
from nab.edges.log.event_log import EventLog

CUTS = 60


class Disk:
    """Notes how much of each file was confirmed, and what was acknowledged by then."""

    def __init__(self, monkeypatch, *, lies=False):
        self.confirmed = {}
        real = os.fdatasync

        def fdatasync(file):
            real(file)
            if not lies:
                self.confirmed[str(Path(f"/proc/self/fd/{file}").readlink())] = os.fstat(file).st_size

        monkeypatch.setattr(os, "fdatasync", fdatasync)


def written(folder, disk, events):
    """Append, and return after each event what was acknowledged, with what of the log was confirmed by then."""
    log, moments, acked = EventLog(folder, "test 1"), [], []
    for number in range(events):
        acked.append(log.append(Poll(ok=False, error="x" * (number * 37 % 900))).id)
        moments.append((list(acked), dict(disk.confirmed)))
    return moments


def cut(folder, target, confirmed, chance):
    """Lay the log down as a power cut leaves it: the confirmed part, then a part of the rest, or zeros in its place."""
    shutil.copytree(folder, target)
    for path in target.glob("*.jsonl"):
        content = path.read_bytes()
        safe = confirmed.get(str(folder / path.name), 0)
        rest = content[safe : safe + chance.randrange(len(content) - safe + 1)]
        path.write_bytes(content[:safe] + (b"\0" * len(rest) if chance.random() < 0.3 else rest))
    for path in target.iterdir():  # the note of the head is younger than what was confirmed
        if path.is_file() and path.suffix != ".jsonl":
            path.unlink()


def lost(folder, tmp_path, moments):
    chance, gone = random.Random(1), 0
    for number in range(CUTS):
        acked, confirmed = chance.choice(moments)
        target = tmp_path / f"cut-{number}"
        cut(folder, target, confirmed, chance)
        log = EventLog(target, "test 1")
        log.append(Poll(ok=True))
        there = {event.id for event in log.events() if not isinstance(event.fact, LogRepaired)}
        gone += len(set(acked) - there)
    return gone


def test_after_a_power_cut_every_confirmed_event_is_there_and_the_log_goes_on(tmp_path, monkeypatch):
    folder = tmp_path / "events"
    moments = written(folder, Disk(monkeypatch), 30)

    assert lost(folder, tmp_path, moments) == 0


def test_a_writer_that_does_not_wait_for_the_disk_would_be_found(tmp_path, monkeypatch):
    folder = tmp_path / "events"
    moments = written(folder, Disk(monkeypatch, lies=True), 30)

    assert lost(folder, tmp_path, moments) > 0
