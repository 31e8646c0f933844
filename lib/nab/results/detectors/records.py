"""A run as the detectors see it: what was said, called, read, changed, diagnosed and submitted, in order of time.

Every part has an `id` that leads to its bytes: `work-1/stdout:42` is a line of a session's copy, `3f2a9c1:train.py` a
file in the workspace's history, `call 8c1f` one of the proxy's record, `event 1840` one of the log. Times are seconds
since 1970.
"""

from __future__ import annotations

from dataclasses import field
from typing import TypeVar

import msgspec

from nab.core.intervals import Interval

RETRIEVES = frozenset({"WebFetch", "web_fetch", "fetch", "browser", "open_page"})
SEARCHES = frozenset({"WebSearch", "web_search", "google_web_search", "search_query", "web_search_call"})
OURS = ".nab/"  # what the watcher writes beside the agent's files in the workspace's history
PROGRAMS = (".py", ".ipynb", ".sh")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened, when, in which session."""

    id: str
    at: float
    session: str = ""


class Call(Part, frozen=True, kw_only=True):
    """A tool that the agent called, with what came back and when."""

    name: str
    command: str = ""
    arguments: str = ""
    result: str = ""
    failed: bool | None = None
    exit_code: int | None = None
    until: float | None = None

    @property
    def went_wrong(self) -> bool:
        return bool(self.failed) or self.exit_code not in (None, 0)

    @property
    def wrote(self) -> str:
        """What the agent wrote in calling it: its command, or the texts among its arguments."""
        if self.command:
            return self.command
        try:
            return "\n".join(texts(msgspec.json.decode(self.arguments)))
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return self.arguments

    @property
    def retrieves(self) -> bool:
        return self.name in RETRIEVES

    @property
    def searches(self) -> bool:
        return self.name in SEARCHES


class Said(Part, frozen=True, kw_only=True):
    """Words of the agent, or to it."""

    role: str
    text: str
    thought: bool = False


class Fetched(Part, frozen=True, kw_only=True):
    """A page that came through the proxy. `text` is empty where it was not kept."""

    category: str
    host: str
    path: str = ""
    title: str = ""
    text: str = ""
    sha256: str = ""


class Asked(Part, frozen=True, kw_only=True):
    """A question to Numerai's API: its root fields."""

    fields: tuple[str, ...]


class Change(Part, frozen=True, kw_only=True):
    """A file of the workspace that is another one now; without a text it is gone, or no text that is looked into."""

    path: str
    text: str | None = None

    @property
    def is_program(self) -> bool:
        return self.path.endswith(PROGRAMS)


class Diagnosis(Part, frozen=True, kw_only=True):
    """A validation file that Numerai scored: aggregates, null where it says null, and values by metric and era."""

    sha256: str = ""
    metrics: dict[str, float | None] = field(default_factory=dict)
    eras: dict[str, dict[str, float]] = field(default_factory=dict)


class Submission(Part, frozen=True, kw_only=True):
    """A submission: its hash, by whom, whether Numerai has verified it, and its likeness to the one before."""

    round: int
    sha256: str = ""
    by: str = ""
    verified: bool = False
    script: str = ""
    likeness: float | None = None


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What a box had used by then."""

    at: float
    cpu_seconds: float
    written_bytes: int = 0


class Model(Part, frozen=True, kw_only=True):
    """A call to a language model, from its start to its end."""

    until: float


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run's records, each kind in order of time. Sessions, pauses, quota and windows are intervals."""

    run: str
    entrant: str
    agent: str = ""
    began: float = 0.0
    until: float = 0.0
    prompt: str = ""
    calls: tuple[Call, ...] = ()
    said: tuple[Said, ...] = ()
    fetched: tuple[Fetched, ...] = ()
    asked: tuple[Asked, ...] = ()
    changes: tuple[Change, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    submissions: tuple[Submission, ...] = ()
    samples: tuple[Sample, ...] = ()
    models: tuple[Model, ...] = ()
    sessions: tuple[tuple[float, float], ...] = ()
    paused: tuple[tuple[float, float], ...] = ()
    quota: tuple[tuple[float, float], ...] = ()
    windows: tuple[tuple[float, float], ...] = ()

    @property
    def awake(self) -> list[Interval[float]]:
        return intervals(self.sessions)

    @property
    def programs(self) -> tuple[Change, ...]:
        return tuple(one for one in self.changes if one.is_program and one.text)


T = TypeVar("T", bound=Part)


def texts(value: object) -> list[str]:
    """Return the texts of a value of JSON, in their order."""
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inside for text in texts(one)]


def intervals(pairs: tuple[tuple[float, float], ...]) -> list[Interval[float]]:
    """Return pairs of times as intervals."""
    return [Interval(began, ended) for began, ended in pairs]


def in_order(parts: list[T]) -> tuple[T, ...]:
    """Put parts into the order of time."""
    return tuple(sorted(parts, key=lambda one: (one.at, one.id)))
