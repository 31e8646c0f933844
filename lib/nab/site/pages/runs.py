"""Runs: each with its sessions, what it was made of, what was missed of it, and its transcript where that is out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from nab.core.runs.runs import Run
from nab.core.usage import costs
from nab.site.model import figures
from nab.site.model.figures import Figure
from nab.site.pages.entrants import materials
from nab.site.writing import addresses, words
from nab.site.writing.book import Book

CHUNK_BYTES = 225_000  # of escaped words, with 400 for the markup of each: below 256 KB in all
TEXT = 4000  # characters of one thing that was said


@dataclass(frozen=True)
class Said:
    """Something in a transcript: who, when, what kind, and the words, which are an agent's or a vendor's."""

    session: str
    at: str
    who: str
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Chunk:
    """A page of a transcript: its place, the times and sessions in it, how many entries."""

    number: int
    first: str
    last: str
    sessions: tuple[str, ...]
    entries: int


def write(book: Book, transcripts: Mapping[str, Iterable[Said]], hidden: Mapping[str, str]) -> None:
    """Write the list and every run. `hidden` says why a run's transcript is not out."""
    site = book.site
    runs = list(site.standings.runs.values())
    book.page("runs/index.html", "runs.html", "Runs", runs=runs[::-1], used=used, active=active)
    for run in runs:
        chunks = list(write_transcript(book, run, transcripts.get(run.name, ())))
        book.page(
            addresses.run(run.name),
            "run.html",
            run.name,
            max(run.upto_seq, site.newest.runs.get(run.name, 0)),
            run=run,
            made=materials(run.intended),
            cost=used(run),
            active=active(run),
            models=costs.fold((run.name, one) for one in run.usage).told.models,
            tokens=tokens,
            chunks=chunks,
            hidden="" if chunks else hidden.get(run.name, "there is none on record"),
        )


def used(run: Run) -> Figure | None:
    """Return what a run's models cost."""
    if not run.usage:
        return None
    total = costs.fold((run.name, one) for one in run.usage)
    return figures.dollars(float(total.usd), event=run.upto_seq, key=f"cost:{run.name}")


def active(run: Run) -> Figure | None:
    """Return how many sessions a run had."""
    return (
        figures.count(len(run.sessions), event=run.upto_seq, key=f"sessions:{run.name}")
        if run.sessions
        else None
    )


def tokens(run: Run, value: int) -> Figure:
    """Return a count of tokens as a figure."""
    return figures.count(value, event=run.upto_seq)


def write_transcript(book: Book, run: Run, said: Iterable[Said]) -> Iterator[Chunk]:
    """Write a transcript page by page, never holding more than one."""
    number = 0
    for number, rows in enumerate(pieces(said), start=1):
        path = addresses.folder("runs", addresses.slug(run.name), "transcript", str(number))
        book.page(
            path, "transcript.html", f"Transcript of {run.name}", run.upto_seq, run=run, rows=rows, number=number
        )  # fmt: skip
        sessions = tuple(dict.fromkeys(one.session for one in rows))
        yield Chunk(number, rows[0].at, rows[-1].at, sessions, len(rows))


def pieces(said: Iterable[Said]) -> Iterator[Sequence[Said]]:
    """Yield what was said in pieces of bounded size."""
    kept: list[Said] = []
    size = 0
    for one in said:
        text = words.block(one.text, TEXT)
        kept.append(Said(one.session, one.at, one.who, text, one.tone))
        size += len(escape(text).encode()) + 400
        if size >= CHUNK_BYTES:
            yield kept
            kept, size = [], 0
    if kept:
        yield kept
