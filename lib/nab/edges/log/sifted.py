"""The log read for verdicts and tables: every line is checked, and of the many scores only those are read that count.

The lines that count, of a segment as far as it went, can be kept in a file: derived, it can be deleted. Whoever reads
by those checks what has come since, and nothing else again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import msgspec

from nab.core.log.chain import Chain
from nab.core.log.events import FIRST, Damaged, Link, v1
from nab.core.log.segments import Segment
from nab.core.scores import sieve as sieves
from nab.core.scores.sieve import Sieve, sift
from nab.edges.files import files
from nab.edges.log import log_files
from nab.edges.log.log_files import Read


class Header(msgspec.Struct, frozen=True):
    """The first line of what is kept of a segment up to `size` bytes: its part of the chain, and what the lines are."""

    rules: str
    size: int
    after: Link
    head: Link
    sha256: str
    seqs: list[int]


HEADER = msgspec.json.Decoder(Header)


def read(folder: Path, known: Sequence[Link], kept: Path | None = None) -> Read:
    """Read what counts of a log; all of it where anything is not plain, or a final score was taken back.

    `known` are places that the log came to. With `kept`, what is kept there is not checked again. Raises NabError as
    log_files.whole does.
    """
    found = plainly(folder, known, kept)
    if found is None and kept is not None:
        found = plainly(folder, known, None)
    return found or log_files.whole(folder, log_files.read_whole(folder), known)


def plainly(folder: Path, known: Sequence[Link], kept: Path | None) -> Read | None:
    """Read what counts of a log that is as it should be; None where it may not be."""
    segments = log_files.present(folder)
    if any(one.next in segments for one in segments):
        return None
    reading, head, sizes, missing = Reading(folder, kept), FIRST, dict[Segment, int](), {*known} - {FIRST}
    for segment in segments:
        missing.discard(head)
        went = reading.hear(segment, head, missing)
        if went is None:
            return None
        checked, head, sizes[segment] = went
        missing -= {place for place in missing if checked.seq < place.seq <= head.seq}
    if reading.sieve.taken_back or missing - {head}:
        return None
    try:
        return Read(Chain([v1(line) for _, line in reading.sieve.lines()], [], head), sizes)
    except Damaged:
        return None


@dataclass
class Reading:
    """A log while its lines are given to a sieve: those that are `kept`, where there is a folder, then all others."""

    folder: Path
    kept: Path | None
    sieve: Sieve = field(default_factory=Sieve)

    def hear(
        self, segment: Segment, after: Link, places: Collection[Link] = ()
    ) -> tuple[Link, Link, int] | None:
        """Give the sieve the lines of a segment. None where they are not plain.

        Returns from which place on the chain was checked, where it stands then, and how many bytes that are.
        """
        path, start, checked = self.folder / segment.name, 0, after
        theirs = kept_of(self.kept, segment, files.size(path)) if self.kept else None
        if theirs is not None:
            header, lines = theirs
            if header.after != after:
                return None
            checked, start = header.head, header.size
            for seq, line in zip(header.seqs, lines, strict=True):
                self.sieve.hear(seq, line)
            self.sieve.kept[checked.seq] = lines[-1]
        with path.open("rb") as file:
            file.seek(start)
            went = sift(file, checked, self.sieve, places)
            return (checked, went, file.tell()) if went else None


def file_of(kept: Path, segment: Segment) -> Path:
    """Return where the lines of a segment are kept."""
    return kept / segment.name


def kept_of(kept: Path, segment: Segment, size: int) -> tuple[Header, list[bytes]] | None:
    """Return what is kept of a segment of so many bytes; None where nothing is that can be relied on."""
    try:
        first, *lines = file_of(kept, segment).read_bytes().splitlines(keepends=True)
        header = HEADER.decode(first)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    made_so = header.rules == sieves.rules() and header.size <= size
    whole = made_so and lines and len(header.seqs) == len(lines) and header.sha256 == digest(lines)
    return (header, lines) if whole else None


def digest(lines: Sequence[bytes]) -> str:
    """Return the SHA-256 of lines."""
    return sha256(b"".join(lines)).hexdigest()


def keep(folder: Path, segment: Segment, kept: Path, *, anew: bool = False) -> bool:
    """Keep the lines of a segment that count, as far as it goes now; say whether it was gone over for that.

    With `anew` every line of it is checked, whatever is kept.
    Of a log with a segment that was left because of an I/O error none are kept, nor of one that is not plain.
    """
    there, path = log_files.present(folder), folder / segment.name
    before = None if anew else kept_of(kept, segment, files.size(path))
    if any(one.next in there for one in there) or (before and before[0].size == files.size(path)):
        return False
    first = log_files.first_event(path)
    if first is None:
        return False
    reading = Reading(folder, None if anew else kept)
    went = reading.hear(segment, after := Link(first.seq - 1, first.prev))
    if went is None or reading.sieve.taken_back:
        return False
    _, head, size = went
    numbers, lines = zip(*reading.sieve.lines(), strict=True)
    header = Header(sieves.rules(), size, after, head, digest(lines), list(numbers))
    files.replace_bytes(file_of(kept, segment), b"".join([msgspec.json.encode(header) + b"\n", *lines]))
    return True
