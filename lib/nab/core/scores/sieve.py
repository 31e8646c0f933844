"""Which score lines of the log a verdict or a table rests on, told by their bytes: few of many are read as events.

Kept are, of each metric that is asked for and each submission, what tells of final days, and of what is not final yet
everything; the first value of a metric that verdicts are given by; of any metric the first word on a submission and the
last one on a round; a line at which the time changes, or that follows one that tells of no score; and the newest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from nab.core.log.endings import is_sound
from nab.core.log.events import Link
from nab.core.scores.metrics import METRICS, NAMED, SHOWN

PLACED = b'","v":1,"seq":%d,"prev":"%b",'
PLACE = len('{"crc":"01234567')
KIND, KNOWN = b'"kind":"score.seen","entrant":', b'"known":"'
INSTANT = len("2026-05-16T13:02:07.000Z")
SCORE = re.compile(
    rb'("[^"\\]*","round":[0-9]+),"run":(?:null|"[^"\\]*"),"data":\{"metric":"([^"\\]*)","day":([0-9]+),'
    rb'"value":([^,"]+),"percentile":[^,"]+,"submission":("[^"\\]*")[,}]'
)
ASKED = frozenset(one.name for one in SHOWN)
TESTED = frozenset(one.name.encode() for one in METRICS if one.tested)

Numbered = tuple[int, bytes]
Key = tuple[bytes, bytes, bytes]  # entrant and round, submission, metric


def rules(metrics: Iterable[str] = ASKED) -> str:
    """Name these rules: what other ones left out may be asked for by these."""
    told = sha256(Path(__file__).read_bytes() + repr(sorted(metrics)).encode())
    return told.hexdigest()[:16]


@dataclass
class Sieve:
    """What is kept of the lines of a log, heard in their order.

    `taken_back` says that a final value was taken back, of which older days may count again: then all lines are needed.
    """

    metrics: frozenset[str] = ASKED
    kept: dict[int, bytes] = field(default_factory=dict)
    taken_back: bool = False

    def __post_init__(self) -> None:
        """Begin with nothing heard."""
        self._horizons = {name.encode(): NAMED[name].horizon for name in self.metrics}
        self._seen: set[tuple[bytes, ...]] = set()
        self._last: dict[bytes, Numbered] = {}
        self._waiting: dict[Key, list[Numbered]] = {}
        self._final: set[Key] = set()
        self._known = b""

    def lines(self) -> list[Numbered]:
        """Return what is kept, in order."""
        waiting = (one for each in self._waiting.values() for one in each)
        return sorted({**self.kept, **dict(self._last.values()), **dict(waiting)}.items())

    def hear(self, seq: int, line: bytes) -> None:
        """Take in a line."""
        place = line.find(KIND)
        found = SCORE.match(line, place + len(KIND)) if place >= 0 else None
        if found is None:
            self.kept[seq] = line
            self._known = b""
            return
        whose, metric, day, value, submission = found.groups()
        at = line.find(KNOWN) + len(KNOWN)
        known = line[at : at + INSTANT]
        self._last[whose] = seq, line
        if known != self._known or (whose, submission) not in self._seen:
            self._known = known
            self._seen.add((whose, submission))
            self.kept[seq] = line
        horizon = self._horizons.get(metric)
        if horizon is not None:
            self._sort((whose, submission, metric), seq, line, value != b"null", int(day) >= horizon)

    def _sort(self, key: Key, seq: int, line: bytes, has_value: bool, is_final: bool) -> None:
        """Keep what tells of a final day, and the first value; let the others go once there is a final value."""
        if is_final:
            self.kept[seq] = line
            if has_value:
                self._final.add(key)
                self._waiting.pop(key, None)
            elif key in self._final:
                self.taken_back = True
        elif has_value and key not in self._seen and key[-1] in TESTED:
            self._seen.add(key)
            self.kept[seq] = line
        elif key not in self._final:
            self._waiting.setdefault(key, []).append((seq, line))


def sift(lines: Iterable[bytes], after: Link, sieve: Sieve, places: Iterable[Link] = ()) -> Link | None:
    """Give lines to a sieve, each checked with its place in the chain. Returns where the chain stands then.

    None where a line is not as it was written, or the chain was elsewhere at one of `places`: whoever reads all of it
    says what is wrong. That a line is as it was written the hash in the next one says, and of the last one its crc.
    """
    seq, prev, line = after.seq, after.prev.encode(), b""
    wanted = {place.seq: place.prev.encode() for place in places}
    for line in lines:
        seq += 1
        if not line.startswith(PLACED % (seq, prev), PLACE):
            return None
        sieve.hear(seq, line)
        prev = sha256(line).hexdigest()[:16].encode()
        if seq in wanted and wanted[seq] != prev:
            return None
    if line:
        if not is_sound(line):
            return None
        sieve.kept[seq] = line
    return Link(seq, prev.decode())
