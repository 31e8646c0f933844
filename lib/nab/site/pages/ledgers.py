"""Lists: every miss by cause, every correction and its feed, what was left running, diagnoses, builds."""

from __future__ import annotations

from html import escape

from nab.core.claims.told import told
from nab.core.facts import Cause, DiagnosticsSeen
from nab.core.log.events import Event
from nab.core.overview.overview import Row
from nab.core.text.terminal import safe
from nab.site.model import corrections, figures
from nab.site.model.corrections import Correction
from nab.site.model.narrative import DIAGNOSED
from nab.site.model.tallies import FAILED, HARNESS_FIRST, WHOSE, newest_evidence
from nab.site.writing import addresses
from nab.site.writing.book import Book

IN_FEED = 100


def write(book: Book) -> None:
    """Write them."""
    write_misses(book)
    write_corrections(book)
    write_processes(book)
    write_diagnostics(book)
    write_builds(book)


def write_misses(book: Book) -> None:
    """Write every miss by cause, those that are ours first and counted."""
    failed = [row for row in book.site.standings.rows if row.owed and row.outcome.status in FAILED]
    groups = []
    for cause in HARNESS_FIRST:
        rows = [row for row in reversed(failed) if (row.outcome.cause or Cause.UNKNOWN) is cause]
        groups.append((cause.value, WHOSE[cause], counted(book, rows), rows))
    seq = newest_evidence(failed)
    book.page("misses/index.html", "misses.html", "Misses", seq, groups=groups)


def counted(book: Book, rows: list[Row]) -> figures.Figure | None:
    """Count rows; none are counted as of the newest event."""
    event = newest_evidence(rows) or book.site.newest.whole
    return figures.count(len(rows), event=event) if event else None


def write_corrections(book: Book) -> None:
    """Write what was said otherwise before, as a page and as a feed."""
    found = corrections.corrections(book.site.events, book.site.standings.rows)
    seq = max((one.event for one in found), default=0)
    book.page("corrections/index.html", "corrections.html", "Corrections", seq, found=found)
    book.cited |= {one.event for one in found}
    book.files["feed.xml"] = feed(found[:IN_FEED]).encode()


def feed(found: list[Correction]) -> str:
    """Write corrections as an Atom feed. Its addresses are names: the site does not know where it lies."""
    entries = "".join(
        f"<entry><id>urn:nab:event:{one.event}:{escape(one.what)}</id><updated>{one.at}</updated>"
        f"<title>{escape(safe(headline(one)))}</title>"
        f'<content type="text">{escape(safe(f"{one.before} became {one.now} (event {one.event})"))}</content></entry>'
        for one in found
    )
    updated = found[0].at if found else "1970-01-01T00:00:00Z"
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        "<title>NumeraiAgentBench: corrections</title><id>urn:nab:corrections</id>"
        f"<author><name>NumeraiAgentBench</name></author><updated>{updated}</updated>{entries}</feed>\n"
    )


def headline(one: Correction) -> str:
    """Say what a correction is about."""
    if one.claim:
        return f"claim {one.claim}: {one.what}"
    return f"{one.entrant}, round {one.round}: {one.what}"


def write_processes(book: Book) -> None:
    """Write what outlived its session."""
    runs = [run for run in book.site.standings.runs.values() if run.orphans]
    seq = max((run.upto_seq for run in runs), default=0)
    book.page("processes/index.html", "processes.html", "Processes left running", seq, runs=runs[::-1])


def write_diagnostics(book: Book) -> None:
    """Write what agents had Numerai diagnose."""
    found = [
        (event, event.fact) for event in book.site.events
        if event.kind == DIAGNOSED and isinstance(event.fact, DiagnosticsSeen)
    ]  # fmt: skip
    seq = found[-1][0].seq if found else 0
    book.page(
        "diagnostics/index.html", "diagnostics.html", "Diagnostics", seq, found=found[::-1], metric=metric
    )


def metric(value: float | None, event: int) -> figures.Figure | None:
    """Return a metric of a diagnosis: of its own surface, beside no live score."""
    return None if value is None else figures.signed(value, event=event, surface=figures.DIAGNOSTICS)


def write_builds(book: Book) -> None:
    """Write which pages were shown when, as of the log's place."""
    pages = told(book.site.events).pages
    seq = pages[-1][0] if pages else 0
    builds = [(event, book.site.events[event - 1].known, fact) for event, fact in reversed(pages)]
    book.cited |= {event for event, *_ in builds}
    book.page("as-of/index.html", "builds.html", "As of", seq or 0, builds=builds)


def write_evidence(book: Book) -> None:
    """Write every event that any page cites: the last pages to be written."""
    book.cited |= {book.site.upto, book.site.newest.whole}
    blocks: dict[int, list[int]] = {}
    for seq in sorted(book.cited):
        if 0 < seq <= len(book.site.events):
            blocks.setdefault(seq // addresses.BLOCK, []).append(seq)
    for block, seqs in blocks.items():
        rows = [book.site.events[seq - 1] for seq in seqs]
        path = addresses.folder("evidence", str(block))
        if not book.has(path, seqs, [links(book, one) for one in rows]):
            book.page(path, "evidence.html", "Evidence", seqs[-1], rows=rows)
    book.page("evidence/index.html", "evidences.html", "Evidence", blocks=blocks)


def links(book: Book, one: Event) -> tuple[bool, bool]:
    """Say whether the round and the run of an event have a page."""
    return one.round in book.site.by_round, one.run in book.site.standings.runs
