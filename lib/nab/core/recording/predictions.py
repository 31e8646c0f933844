"""The predictions that an agent uploaded, as they are kept: the list of them, and how many there are in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import msgspec

from nab.core.text import printable
from nab.core.text.counts import number_of

SUBMISSION, DIAGNOSTICS = "submission", "diagnostics"
LARGEST_PAGE = 256 << 10  # with less room left one may not have fitted
FULL = "as much is kept as recording.predictions_max_mib allows"


class Form(StrEnum):
    """How a file is kept."""

    WHOLE = "whole"
    SKETCH = "sketch"
    NOT = "not"


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A line of predictions.jsonl: one file, as it was uploaded for one purpose. `sha256` joins it to the calls."""

    schema: int = 1
    at: str = ""
    sha256: str = ""
    kind: str = ""
    bytes: int = 0
    form: Form = Form.NOT
    why: str | None = None
    rows: int | None = None
    sampled: int | None = None


def read(lines: Iterable[bytes]) -> Iterator[Upload]:
    """Read the list; a line that cannot be read is left out."""
    for line in lines:
        try:
            yield msgspec.json.decode(line, type=Upload)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue


class Counted(msgspec.Struct, frozen=True):
    """What is kept of a run in files of their own: pages, and uploads by their form; `waiting` ones are not yet."""

    pages: int
    pages_bytes: int
    pages_are_full: bool
    whole: int
    sketches: int
    lost: int
    waiting: int
    why: str  # of the newest that is not kept as it should be

    @property
    def words(self) -> str:
        """Say it in a line."""
        full = ", as much as recording.pages_max_mib allows" if self.pages_are_full else ""
        of_pages = (
            f"{number_of(self.pages, 'page')} ({size(self.pages_bytes)}{full})" if self.pages else "no pages"
        )
        of_uploads = ", ".join(
            f"{count} {what}"
            for count, what in (
                (self.whole, "predictions whole"),
                (self.sketches, "as a sketch"),
                (self.lost, "not kept"),
                (self.waiting, "waiting"),
            )
            if count
        )
        why = f" ({printable.line(self.why)})" if self.why else ""
        return f"{of_pages}; {of_uploads or 'no predictions'}{why}"


def counted(pages: Sequence[int], most_bytes: int, uploads: Iterable[Upload], waiting: int) -> Counted:
    """Count what is kept. `pages` are the bytes of each page, `most_bytes` what all of them may take."""
    found = list(uploads)
    forms = [one.form for one in found]
    why = next((one.why for one in reversed(found) if one.why), "")
    return Counted(
        pages=len(pages),
        pages_bytes=sum(pages),
        pages_are_full=sum(pages) > most_bytes - LARGEST_PAGE,
        whole=forms.count(Form.WHOLE),
        sketches=forms.count(Form.SKETCH),
        lost=forms.count(Form.NOT),
        waiting=waiting,
        why=why or "",
    )


def size(bytes: int) -> str:
    """Write a size: 12 kB, 3.4 MB."""
    return f"{bytes / 1e6:.1f} MB" if bytes >= 1e6 else f"{bytes / 1e3:.0f} kB"
