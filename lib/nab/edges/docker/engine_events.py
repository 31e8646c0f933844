"""What the engine tells of a box, as it happens or of what it still remembers (its last 256 events, until it ends)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from nab.core.recording.engine_events import KINDS, EngineEvent
from nab.core.text import times

if TYPE_CHECKING:
    from docker import DockerClient


def told(engine: DockerClient, box: str, since: str, until: datetime | None = None) -> Iterator[EngineEvent]:
    """Yield the events of a box from an instant on: up to another one, or as long as the engine stands.

    Ask inside `engine.speaking()`: it ends a stream in the middle, or does not answer.
    """
    from docker.errors import StreamParseError

    # docker's own types know whole seconds only; the engine reads fractions.
    between: dict[str, Any] = {"since": seconds(times.parse(since)), "until": until and seconds(until)}
    wanted = {"type": ["container"], "container": [box], "event": list(KINDS)}
    stream = engine.api.events(**between, filters=wanted, decode=True)
    try:
        for event in stream:
            if (read := of_engine(event)) is not None:
                yield read
    except StreamParseError:  # half an event: the engine ended while it told it
        return
    finally:
        stream.close()


def seconds(instant: datetime) -> str:
    """Write an instant as the engine reads it: seconds since 1970, to the microsecond."""
    return f"{instant.timestamp():.6f}"


def of_engine(event: dict[str, Any]) -> EngineEvent | None:
    """Read one event of the engine; None for what is not as it should be."""
    try:
        actor = event["Actor"]
        attributes = actor.get("Attributes") or {}
        code = attributes.get("exitCode")
        return EngineEvent(
            time=instant(int(event["timeNano"])),
            box=str(actor["ID"]),
            what=str(event["Action"]),
            signal=str(attributes.get("signal", "")),
            exit_code=None if code is None else int(code),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def instant(nanoseconds: int) -> str:
    """Write the engine's instant to the microsecond, as boxes' instants are."""
    whole, rest = divmod(nanoseconds, 10**9)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest // 1000:06}Z"
