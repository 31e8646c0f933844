"""A run's web calls, a line each: which pages were read, and what was refused."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import msgspec

from nab.actions.bench import Bench
from nab.actions.recording.calls import listing
from nab.actions.recording.calls.listing import Asked
from nab.core.recording.calls import lines
from nab.core.recording.calls.lines import Call
from nab.core.text import printable, terminal
from nab.core.text.counts import number_of
from nab.core.text.tables import Report, Table
from nab.edges.files import records

TITLES = ("when", "call", "bytes", "category", "address")
LONGEST = 120  # of an address that is shown
SOME = 1_000  # lines that are shown unless more are asked for


class CallLine(msgspec.Struct, frozen=True, kw_only=True):
    """A call as programs read it; docs/capture.md has all that is recorded of it."""

    time: str
    id: str
    session: str
    method: str
    url: str
    host: str
    category: str
    status: int | None
    request_bytes: int
    response_bytes: int
    seconds: float
    denied: dict[str, str] | None
    error: str | None


def show(bench: Bench, run: str, asked: Asked, most: int = SOME) -> Report:
    """Write the newest calls that are asked for, at most so many of them; all for 0. Raises NabError as `of_run`."""
    name = listing.recorded(bench, run)
    count, kept = 0, deque[Call](maxlen=most or None)
    for call in listing.of_run(bench, name, asked):
        count += 1
        kept.append(call)
    parts: list[str | Table] = []
    if count > len(kept):
        parts.append(f"({count - len(kept):,} earlier calls: LAST=0 shows all)")
    parts.append(Table(TITLES, [cells(call) for call in kept]) if kept else "no such call is on record")
    parts.append(foot(bench, name, asked, count))
    return parts


def foot(bench: Bench, name: str, asked: Asked, count: int) -> str:
    """Say of which run they are, and what is not among them."""
    ours = "" if asked.everything else "; the harness's own tries of its proxy are left out (ALL=1)"
    folded = counted_only(bench, name)
    more = f"; {folded:,} refused calls were only counted" if folded else ""
    return f"{number_of(count, 'call')} of {name}{ours}{more}"


def counted_only(bench: Bench, name: str) -> int:
    """Count the refused calls that have no line of their own."""
    found = (line for line in records.lines(bench.run(name).http) if lines.FOLDED.matches(line))
    told = (lines.decode(line, lines.Refusal) for line in found)
    return sum(one.count for one in told if one is not None and one.phase == lines.Phase.FOLDED)


def json_lines(bench: Bench, run: str, asked: Asked) -> Iterator[str]:
    """Yield every call that is asked for as a line of JSON."""
    for call in listing.of_run(bench, run, asked):
        yield terminal.safe_json(msgspec.json.encode(line(call)).decode())


def line(call: Call) -> CallLine:
    """Tell a call to a program."""
    denied = {key: str(value) for key, value in call.denied.items()} if call.denied is not None else None
    return CallLine(
        time=call.time,
        id=call.id,
        session=call.session,
        method=call.method,
        url=address(call),
        host=call.host,
        category=call.category,
        status=call.status,
        request_bytes=call.request_bytes,
        response_bytes=call.response_bytes,
        seconds=call.seconds,
        denied=denied,
        error=call.error,
    )


def cells(call: Call) -> tuple[str, ...]:
    """Tell a call to a person."""
    return (
        call.time,
        f"{call.method} {answer(call)}",
        f"{call.response_bytes:,}",
        call.category,
        printable.line(address(call), LONGEST) + trouble(call),
    )


def answer(call: Call) -> str:
    """Say what came back, shortly."""
    if call.denied is not None:
        return "denied"
    if call.phase != lines.Phase.DONE:
        return "no end"
    return str(call.status or "none")


def trouble(call: Call) -> str:
    """Say why a call was refused, or why it broke off."""
    if call.denied is not None:
        rule, why = (str(call.denied.get(key, "")) for key in ("rule", "why"))
        return f"  <-- {printable.line(f'{rule}: {why}')}"
    return f"  <-- {printable.line(call.error)}" if call.error else ""


def address(call: Call) -> str:
    """Write where a call went."""
    if call.scheme not in {"http", "https", "ws", "wss"}:
        return call.host
    usual = {"http": 80, "ws": 80}.get(call.scheme, 443)
    port = "" if call.port in {0, usual} else f":{call.port}"
    query = f"?{call.query}" if call.query else ""
    return f"{call.scheme}://{call.host}{port}{call.path}{query}"
