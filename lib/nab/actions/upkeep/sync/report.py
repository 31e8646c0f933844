"""One tick of the sync, and what it tells: to people, to programs, and by its exit code."""

from __future__ import annotations

import json
from typing import Any

import click

from nab.actions.bench import Bench
from nab.actions.upkeep.sync import tick
from nab.actions.upkeep.sync.tick import SyncResult
from nab.core.facts import SyncWithheld
from nab.core.text.counts import number_of
from nab.core.upkeep.sync import lag_words
from nab.core.upkeep.sync.mirror_index import LeftOutRow
from nab.edges import clock
from nab.edges.kernel import priority

OFF = "sync is off: [sync] remote in nab.toml is empty (docs/sync.md tells how to set it up)"
ROWS = 20


def run(bench: Bench, *, dry_run: bool, as_json: bool) -> None:
    """Sync once and tell of it. Raises NabError for what keeps the remote from being up to date."""
    priority.stand_back()
    done = tick.tick(bench, dry_run=dry_run)
    if as_json:
        click.echo(json.dumps(values(done)))
    else:
        click.echo(words(done, bench) if done else OFF)
    if done and (trouble := done.trouble()):
        raise trouble


def values(done: SyncResult | None) -> dict[str, Any]:
    """Tell a tick as plain values."""
    if done is None:
        return {"on": False}
    stage, last = done.stage, done.last
    found: dict[str, Any] = {
        "on": True,
        "dry_run": last is None,
        "files": stage.files,
        "bytes": stage.taken,
        "commits": stage.commits,
        "unfinished": stage.unfinished,
        "withheld": [alarm.path for alarm in stage.told],
        "left_out": [shown(path) for path in sorted(stage.known.rows)],
    }
    if last and done.said:
        found |= {
            "answer": done.said.answer.name.lower(),
            "arrived_commits": done.arrived,
            "waiting": last.waiting,
            "waiting_bytes": last.waiting_bytes,
            "lag_seconds": last.lag_seconds(clock.now()),
            "arrived_seq": last.arrived_seq,
        }
    return found


def words(done: SyncResult, bench: Bench) -> str:
    """Tell a tick to a person."""
    stage = done.stage
    would = "would take up" if done.last is None else "took up"
    lines = [f"sync: {would} {number_of(stage.files, 'file')}, {stage.taken / 2**20:.1f} MiB"]
    if done.last is None:
        lines += [
            f"  stays here: {shown(path)}: {why(row)}"
            for path, row in sorted(stage.known.rows.items())[:ROWS]
        ]
    lines += [f"  withheld: {alarm.path}: {alarm.what}{harmless(alarm)}" for alarm in stage.told]
    if done.last:
        lines.append(lag_words.words(done.last, bench.config.settings.sync.remote, clock.now()))
    return "\n".join(lines)


def harmless(alarm: SyncWithheld) -> str:
    """Say how a text that only looks like a key is let through."""
    return f' (if it is none: add "{alarm.mark}" to sync.harmless)' if alarm.mark else ""


def why(row: LeftOutRow) -> str:
    size = "" if row.size is None else f", {row.size / 2**20:.1f} MiB"
    return row.reason + size


def shown(path: bytes) -> str:
    return path.decode("utf-8", "backslashreplace")
