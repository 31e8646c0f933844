"""The lines of a run's http.jsonl as its proxy writes them (docs/capture.md), and what tells them apart undecoded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, TypeVar

import msgspec

from nab.core.facts import Counts

MOST_TOKENS = 1 << 50  # what the proxy takes for a count at most
Tokens = Annotated[int, msgspec.Meta(ge=0, lt=MOST_TOKENS)] | None
Name = Annotated[str, msgspec.Meta(max_length=128)]


class Phase(StrEnum):
    """What a line is, of what is asked for here: that a call leaves, its beginning, its end, or something else."""

    SENT = "sent"  # a call leaves: what is left of it should its proxy be killed
    START = "start"
    DONE = "done"
    USAGE = "usage"  # one answer in a WebSocket
    FOLDED = "folded"
    PROXY = "proxy"


@dataclass(frozen=True)
class Filter:
    """What to look for in a line before it is decoded: a record has millions of lines, and a reader wants a few.

    It misses no line that it is about, as long as images/proxy/record/line_format.py puts no space between a key and
    its value. Some match more than that: who decodes such a line sees what it is.
    """

    about: str
    marks: tuple[bytes, ...]

    def matches(self, line: bytes) -> bool:
        """Say whether a line is worth decoding."""
        for mark in self.marks:  # noqa: SIM110 - any() takes three times as long, and every line is asked
            if mark in line:
                return True
        return False

    def __or__(self, other: Filter) -> Filter:
        """Return what matches both kinds of lines."""
        return Filter(f"{self.about}, or {other.about}", self.marks + other.marks)


DONE = Filter("a call that is over", (b'"phase":"done"',))
LIFE = Filter("a proxy that began or ended", (b'"phase":"proxy"',))
USAGE = Filter("what a model's answer cost", (b'"usage":{',))
MODEL = Filter("a call to a model's host", (b'"category":"llm"',))
DENIED = Filter("a refused call", (b'"denied":{',))
FOLDED = Filter("a number of refused calls", (b'"phase":"folded"',))
ANNOUNCED = Filter("an address asked for, to put predictions to", (b"ploadAuth",))
SUBMITTED = Filter("a submission that was made", (b'"submission":"',))
DIAGNOSED = Filter("diagnostics asked for", (b"reateDiagnostics",))
OURS = Filter("a call to the host that the proxy answers itself", (b'"category":"self-test"',))
PUT = Filter("a file put to Numerai's storage", (b'"upload_sha256":"',))

MODELS = MODEL | LIFE
REFUSALS = DENIED | FOLDED
UPLOADS = ANNOUNCED | SUBMITTED
DIAGNOSTICS = DIAGNOSED | PUT


class GraphQL(msgspec.Struct, frozen=True):
    """What a call to Numerai's API asked for."""

    operation: str = ""
    fields: tuple[str, ...] = ()
    submission: str | None = None


class Denied(msgspec.Struct, frozen=True):
    """By which rule a call was refused, and why."""

    rule: str
    why: str


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer cost. None is "not said", and counts as none."""

    provider: Name
    model: Name | None = None
    input: Tokens = None
    cache_read: Tokens = None
    cache_write: Tokens = None
    output: Tokens = None
    reasoning: Tokens = None
    complete: bool = False
    raw: dict[str, Any] | None = None

    @property
    def counts(self) -> Counts:
        return Counts(
            input=self.input or 0,
            cache_read=self.cache_read or 0,
            cache_write=self.cache_write or 0,
            output=self.output or 0,
            reasoning=self.reasoning or 0,
        )

    @property
    def written_1h(self) -> int | None:
        """How many tokens Anthropic wrote into a cache for an hour; None where that was not said."""
        written = (self.raw or {}).get("cache_creation")
        found = written.get("ephemeral_1h_input_tokens") if isinstance(written, dict) else None
        return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What every line says; who wants no more than this decodes no more."""

    time: str = ""
    phase: str = ""


class Numbered(Line, frozen=True, kw_only=True):
    """What every line says of its place: `event` is that of a proxy's life, `id` that of a call."""

    seq: int = 0
    id: str = ""
    event: str = ""


class Answer(Line, frozen=True, kw_only=True):
    """A line of `USAGE`. Counts that cannot be are counted too, so `usage` is not a `Usage` yet."""

    usage: dict[str, Any] | None = None


class Refusal(Line, frozen=True, kw_only=True):
    """A line of `REFUSALS`: `denied` tells of one call, `rule` and `count` of a number of them."""

    host: str = ""
    denied: Denied | None = None
    rule: str = ""
    count: int = 1


class Call(Line, frozen=True, kw_only=True):
    """A line as a whole, of either schema: what a reader may rely on. Other phases than calls have no `id`."""

    schema: int = 1
    phase: str = Phase.DONE
    seq: int = 0
    id: str = ""
    run: str = ""
    session: str = ""
    via: str = "proxy"
    client_port: int | None = None
    method: str = ""
    scheme: str = ""
    host: str = ""
    port: int = 0
    path: str = ""
    query: str = ""
    status: int | None = None
    request_bytes: int = 0
    response_bytes: int = 0
    request_header_bytes: int = -1
    response_header_bytes: int = -1
    seconds: float = 0.0
    first_byte_seconds: float | None = None
    content_type: str | None = None
    category: str = ""
    error: str | None = None
    denied: dict[str, Any] | None = None
    graphql: GraphQL | None = None
    request_sha256: str | None = None
    response_sha256: str | None = None
    upload_sha256: str | None = None
    websocket: dict[str, int] | None = None
    events: int | None = None
    usage: dict[str, Any] | None = None
    body: dict[str, int] | None = None
    page: dict[str, dict[str, Any]] | None = None
    upload: dict[str, Any] | None = None

    @property
    def is_call(self) -> bool:
        """It tells of a call, not of the proxy."""
        return self.phase in (Phase.DONE, Phase.START)


Kind = TypeVar("Kind", bound=Line)


DECODERS: dict[type[Line], msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(kind) for kind in (Line, Numbered, Answer, Refusal, Call)
}


def decode(line: bytes, kind: type[Kind]) -> Kind | None:
    """Return what a line tells; None for one that cannot be read, as that of a proxy that was killed while it wrote."""
    decoder: msgspec.json.Decoder[Kind] = DECODERS[kind]
    try:
        return decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def calls(lines: Iterable[bytes]) -> Iterator[Call]:
    """Read whole lines; one that cannot be read is left out."""
    return (call for line in lines if (call := decode(line, Call)) is not None)
