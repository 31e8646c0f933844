"""Whether the event log holds what it held when the derived file was made, and how far it goes now."""

from __future__ import annotations

import json
import os
import re
import zlib
from typing import Any

from nab.doors.light import Door, Unsure

SEGMENT = re.compile(r"\d{4}-\d{2}(\.\d+)?\.jsonl")
SEQ = re.compile(rb'\{"crc":"[0-9a-f]{8}","v":1,"seq":(\d+),')
CHECKED = re.compile(rb'\{"crc":"([0-9a-f]{8})",')
WINDOW_BYTES = 1 << 16
MOST_LINES, MOST_READ = 500, 1 << 20  # of what was written since: more is read faster the slow way


def seq(door: Door) -> int:
    """Return the number of the newest event. Raises Unsure unless the log has simply become longer since then."""
    was = dict(door.known["log"]["sizes"])
    now = sizes(door.place("events"))
    newest = max(was, default="")
    if now.keys() != was.keys() or any(now[name] != was[name] for name in was if name != newest):
        raise Unsure
    if not was:
        return nothing(door)
    last = door.known["log"]["last"].encode()
    end = line_at_end(door.place(f"events/{newest}"), was[newest], last)
    return at_least_noted(door, number(end))


def is_quiet_since(door: Door) -> bool:
    """Say whether what was written since leaves the turns as they were. Raises Unsure as `seq` does."""
    newest, before = max(door.known["log"]["sizes"].items(), default=("", 0))
    if seq(door) == 0:
        return True
    with open(door.place(f"events/{newest}"), "rb") as file:
        file.seek(before)
        lines = file.read(MOST_READ).splitlines(keepends=True)
    last = number(door.known["log"]["last"].encode())
    return len(lines) < MOST_LINES and all(
        is_quiet(line, last + nth, door.known) for nth, line in enumerate(lines, 1)
    )


def is_quiet(line: bytes, seq: int, known: dict[str, Any]) -> bool:
    """Say whether a line is as it was written, the next one, of the same boot and of a kind that changes no turn."""
    checked = CHECKED.match(line)
    if checked is None or zlib.crc32(line[checked.end() : -1]) != int(checked[1], 16):
        return False
    event = json.loads(b"{" + line[checked.end() :])
    is_next = event["seq"] == seq and event["boot"] == known["turns"]["boot"]
    return is_next and event["kind"] in known["quiet"]


def sizes(folder: str) -> dict[str, int]:
    """Return how long the files of a log are, by name."""
    try:
        with os.scandir(folder) as found:
            return {one.name: one.stat().st_size for one in found if SEGMENT.fullmatch(one.name)}
    except FileNotFoundError:
        return {}


def line_at_end(path: str, before: int, last: bytes) -> bytes:
    """Return a file's last line. Raises Unsure where another line ends at `before`, or where it ends in none."""
    with open(path, "rb") as file:
        file.seek(before - len(last))
        if before < len(last) or file.read(len(last)) != last:
            raise Unsure
        end = file.seek(0, os.SEEK_END)
        file.seek(max(before - len(last), end - WINDOW_BYTES))
        lines = file.read()
    if not lines.endswith(b"\n"):
        raise Unsure
    return lines[lines.rfind(b"\n", 0, -1) + 1 :]


def number(line: bytes) -> int:
    """Return the number of the event that a line holds."""
    found = SEQ.match(line)
    if found is None:
        raise Unsure
    return int(found[1])


def at_least_noted(door: Door, newest: int) -> int:
    """Return where the log ends. Raises Unsure where it is known to have gone farther, or where nothing is known."""
    with open(door.place("events.head"), "rb") as file:
        noted = int(file.read().split(b" ")[1])
    if not 0 < noted <= newest:
        raise Unsure
    return newest


def nothing(door: Door) -> int:
    """Return 0 for a log that was never written."""
    if os.path.lexists(door.place("events.head")) or os.path.lexists(door.place("checkpoint.jsonl")):
        raise Unsure
    return 0
