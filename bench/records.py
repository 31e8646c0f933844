"""What a year of records of fourteen entrants takes: sizes measured in a state folder, times rates that are said here.

python bench/records.py [STATE]: by default that of `make demo`. A record that it does not have takes the size that
docs/recording.md, docs/capture.md or docs/windows.md give; those are marked.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nab.core.text.tables import table
from nab.edges.files import compressed

REPOSITORY = Path(__file__).resolve().parents[1]
ENTRANTS, ROUNDS, DAYS = 14, 250, 365
GB = 1e9


@dataclass(frozen=True)
class Rate:
    """How much there is of a record in a year. One slot: so many hours of agents at work as the year has.

    `usual` is the size of one, in bytes, where the state folder has none; `packed` what compression leaves of it there.
    """

    what: str
    files: str
    count: int
    counted: str
    usual: float
    packed: float = 1.0
    kept: str = "stays"


RATES = (
    Rate("calls", "runs/*/calls/http*.jsonl*", 4_000 * DAYS, "4,000 calls a day", 860, 1 / 4.7),
    Rate(
        "bodies of Numerai's API",
        "runs/*/calls/bodies*.jsonl*",
        500 * DAYS,
        "500 a day",
        4_000,
        1 / 4.7,
        "bodies_days",
    ),
    Rate("pages read", "", 100 * DAYS, "100 new ones a day", 15_000),
    Rate("submissions", "", ENTRANTS * ROUNDS, "14 x 250 rounds", 130_000),
    Rate("sketches", "", 5 * DAYS, "5 diagnosed files a day", 800_000),
    Rate("diagnoses", "", 5 * DAYS, "5 a day", 91_000),
    Rate("resources", "runs/*/resources*.jsonl*", 6 * 60 * 24 * DAYS, "one in 10 s", 520, 1 / 10),
    Rate("processes", "runs/*/procs*.jsonl*", 10_000 * DAYS, "10,000 lines a day", 320, 1 / 10),
    Rate("transcripts and prints", "", DAYS, "30 MB a day", 30e6, 1 / 7.4),
    Rate("history of workspaces", "", DAYS, "20 MB a day", 20e6),
    Rate("history beside them", "", DAYS, "20 MB a day", 20e6),
    Rate("scores in the event log", "", ENTRANTS * ROUNDS, "14 x 250 rounds", 104_000),
    Rate("references in the event log", "", 20 * DAYS, "20 models, a day", 11_300),
    Rate("ticks and the rest of the log", "events/*.jsonl", 300 * DAYS, "300 events a day", 600),
)


def lines(state: Path, pattern: str) -> Iterator[bytes]:
    """Yield the lines of all files of a record."""
    for path in sorted(state.glob(pattern)) if pattern else ():
        with compressed.opened(path) if path.suffix == ".gz" else path.open("rb") as file:
            yield from file


def measured(state: Path, rate: Rate) -> tuple[float, float, str]:
    """Return the size of one, what compression leaves of it, and a mark where nothing was there to measure."""
    found = list(lines(state, rate.files))
    if len(found) < 20:
        return rate.usual, rate.packed, "*"
    content = b"".join(found)
    packed = 1.0 if rate.packed == 1.0 else len(gzip.compress(content, 6)) / len(content)
    return len(content) / len(found), packed, ""


def rows(state: Path) -> Iterator[tuple[str, ...]]:
    """Yield a row a record, and their sums."""
    whole = after = 0.0
    for rate in RATES:
        size, packed, mark = measured(state, rate)
        year = size * rate.count
        stays = 0.0 if rate.kept == "bodies_days" else year * packed
        whole, after = whole + year, after + stays
        one = f"{size:,.0f}{mark}"
        yield (
            rate.what,
            rate.counted,
            one,
            f"{year / GB:.2f}",
            f"{year * packed / GB:.2f}",
            f"{stays / GB:.2f}",
        )
    yield "together", "", "", f"{whole / GB:.1f}", "", f"{after / GB:.1f}"


def main() -> None:
    state = Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / "state/demo"
    print(
        table(("record", "how many", "bytes each", "GB a year", "compressed", "after gc"), list(rows(state)))
    )


if __name__ == "__main__":
    main()
