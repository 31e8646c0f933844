"""What is on record of one run, read from the files of its state alone, and what joins one record to another."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from nab import agents
from nab.actions.bench import Bench
from nab.actions.transcripts import transcripts
from nab.core.agents.events import AnyEvent, ToolCall, ToolResult
from nab.core.log.events import Event
from nab.core.recording.calls import lines
from nab.core.recording.calls.lines import Call, Phase
from nab.core.runs.runs import Run
from nab.core.text import times
from nab.edges.files import compressed, hashed, records
from nab.paths import RunPaths

APART = timedelta(seconds=2)  # the agent's clock and ours are the same; what they write is rounded


@dataclass(frozen=True)
class Tool:
    """A tool call of an agent: what it ran, from when to when, and what came back."""

    call: ToolCall
    result: ToolResult

    @property
    def command(self) -> str:
        return self.call.command

    def holds(self, moment: datetime) -> bool:
        """Say whether something happened while it ran."""
        return times.parse(self.call.at) - APART <= moment <= times.parse(self.result.at) + APART


@dataclass(frozen=True)
class Commit:
    """A state of a history: when it was seen, and the text of each file by its path."""

    at: datetime
    files: dict[str, str]  # path -> blob


@dataclass(frozen=True)
class Evidence:
    """The records of one run."""

    bench: Bench
    run: Run

    @property
    def paths(self) -> RunPaths:
        return self.bench.run(self.run.name)

    @cached_property
    def log(self) -> list[Event]:
        return list(self.bench.log.events())

    def of(self, kind: type) -> list[Event]:
        """Return the events of a kind that are about this run or its entrant."""
        mine = {self.run.name, None}
        found = [event for event in self.log if isinstance(event.fact, kind) and event.run in mine]
        return [event for event in found if event.entrant in {self.run.entrant, None}]

    @cached_property
    def calls(self) -> list[Call]:
        """Return the calls that are over, by when they began."""
        written = lines.calls(line for _, line in records.lines_after(self.paths.http, 0))
        return sorted((one for one in written if one.phase == Phase.DONE), key=lambda one: one.time)

    def asked(self, field: str) -> list[Call]:
        """Return the calls to Numerai's API that asked for this."""
        return [one for one in self.calls if one.graphql and field in one.graphql.fields]

    def bodies(self, call: Call) -> dict[str, Any]:
        """Return what a call asked and what it was answered, as kept at the places that its line names."""
        told = dict(records.lines_after(self.paths.bodies, 0))
        kept = {which: json.loads(told[place]) for which, place in (call.body or {}).items()}
        assert all(one["id"] == call.id and one["which"] == which for which, one in kept.items())
        return {which: json.loads(one["text"]) for which, one in kept.items()}

    def page(self, call: Call) -> str:
        """Return the text that a call brought."""
        page = (call.page or {})["response"]
        name = page["sha256"]
        return gzip.decompress((self.paths.pages / name[:2] / f"{name}.gz").read_bytes()).decode()

    def upload(self, sha256: str) -> bytes:
        """Return an uploaded file, whole, or its sketch."""
        place = self.paths.predictions / sha256
        if not compressed.there(place):
            place = place.with_name(f"{sha256}.sketch.jsonl")
        with compressed.opened(place) as file:
            return file.read()

    @cached_property
    def tools(self) -> list[Tool]:
        """Return the commands that it ran, from the transcripts that the program keeps: those have times."""
        said = list(self.said())
        results = {one.call: one for one in said if isinstance(one, ToolResult)}
        made = [one for one in said if isinstance(one, ToolCall) and one.command]
        return [Tool(one, results[one.call]) for one in made]

    def said(self) -> Iterator[AnyEvent]:
        adapter = agents.find(self.bench.config.images, self.run.intended.agent).cli
        assert adapter is not None
        return transcripts.kept(self.paths, adapter)

    def diagnosis(self, answer: str) -> bytes:
        """Return Numerai's whole answer on a diagnosis."""
        return hashed.read(self.paths.diagnoses, answer)

    def tools_at(self, moment: datetime) -> list[Tool]:
        """Return the tool calls that ran at a moment."""
        return [one for one in self.tools if one.holds(moment)]

    def tool(self, moment: datetime) -> Tool:
        """Return the tool call in which something happened; the agent makes one after the other."""
        return min(self.tools_at(moment), key=lambda one: abs(times.parse(one.call.at) - moment))

    def jsonl(self, record: Path) -> list[dict[str, Any]]:
        return [json.loads(line) for _, line in records.lines_after(record, 0)]

    def history(self, folder: Path) -> list[Commit]:
        """Return the states of a history, the first one first."""
        told = git(folder, "log", "--reverse", "--format=%H %ct", "HEAD").decode().split()
        commits = zip(told[::2], told[1::2], strict=True)
        return [Commit(datetime.fromtimestamp(int(at), UTC), tree(folder, one)) for one, at in commits]

    @staticmethod
    def text(folder: Path, blob: str) -> bytes:
        return git(folder, "cat-file", "blob", blob)


def tree(folder: Path, commit: str) -> dict[str, str]:
    """Return the blobs of a commit by their paths."""
    rows = git(folder, "ls-tree", "-r", "-z", commit).decode().split("\0")
    told = [row.partition("\t") for row in rows if row]
    return {path: about.split()[2] for about, _, path in told}


def git(folder: Path, *words: str) -> bytes:
    return subprocess.run(["git", f"--git-dir={folder}", *words], capture_output=True, check=True).stdout


def began(call: Call) -> datetime:
    return times.parse(call.time)
