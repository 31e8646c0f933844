"""What is missing from a run's record of calls, told by what is there: numbers left out, calls without an end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nab.core.recording.calls.lines import Numbered, Phase, decode
from nab.core.text.counts import number_of


@dataclass(frozen=True)
class Holes:
    """`lost` lines have left their number behind; `cut_off` calls had left when their proxy was killed."""

    lost: int = 0
    cut_off: int = 0

    def __bool__(self) -> bool:
        return bool(self.lost or self.cut_off)

    def __add__(self, other: Holes) -> Holes:
        return Holes(self.lost + other.lost, self.cut_off + other.cut_off)

    def __str__(self) -> str:
        return f"{number_of(self.lost, 'line')} missing, {number_of(self.cut_off, 'call')} without an end"


def holes(lines: Iterable[bytes], *, is_written: bool = False) -> Holes:
    """Look through a record. One that `is_written` still may have calls that are under way."""
    last, lost, cut_off = 0, 0, 0
    sent: set[str] = set()
    for line in lines:
        found = decode(line, Numbered)
        if found is None or not found.seq:
            continue  # half a line, or one of a schema that did not count
        if found.phase == Phase.PROXY and found.event == "start":
            cut_off += len(sent)
            last, sent = 0, set()
        lost += max(0, found.seq - last - 1)
        last = found.seq
        if found.phase == Phase.SENT:
            sent.add(found.id)
        elif found.phase == Phase.DONE:
            sent.discard(found.id)
    return Holes(lost, cut_off if is_written else cut_off + len(sent))
