"""The results store at scale: its import beside DuckDB's own copy to Parquet of the same files, and an hour later.

python bench/results.py [MILLIONS [ENTRANTS]]: how many million lines of calls, half of one by default. They are as the
proxy writes them, in segments of 256 MiB; beside them a year of scores of as many entrants as MILLIONS x 2 (20 at ten),
half of them a family of claims, half another one.
Seconds are goals, and said; what is compared is the ratio, in CPU: the machine may be busy.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random

from msgspec import structs

from nab.actions.bench import Bench
from nab.actions.claims import answers, looking
from nab.actions.reports import results as reports
from nab.actions.results import asking, update
from nab.config import load
from nab.core.facts import (
    ClaimRegistered,
    EntrantEnrolled,
    Poll,
    RoundSeen,
    RunIntended,
    ScoreSeen,
    SubmissionSeen,
    Tick,
)
from nab.core.levels import Level
from nab.core.log.events import Draft, Link, Stamp, encode, link, seal
from nab.core.recording import segments
from nab.core.text import times
from nab.core.text.sql import listed
from nab.core.text.tables import table
from nab.edges.store import database
from nab.results.verdicts.registration import ALPHAS, DELTA, LOOKS

REPOSITORY = Path(__file__).resolve().parents[1]
FIRST, ROUNDS = 1_000, 250
RUN, SEGMENT, HOUR = "2026-01-01T000000Z-codex-l4", 256 << 20, 20_000
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
HOSTS = (
    ("docs.numer.ai", "docs"),
    ("api.openai.com", "llm"),
    ("pypi.org", "package-registry"),
    ("arxiv.org", "papers"),
)
USAGE = {
    "provider": "openai",
    "model": "m",
    "input": 5_000,
    "cache_read": 20_000,
    "output": 300,
    "complete": True,
}
INTENDED = RunIntended(
    agent="codex", level=Level.L4, model="m", model_id="i", image="sha256:1", digests={}, budget_seconds=None,
    objective_sha256="0" * 64, slot="nab-slot-gpu0",
)  # fmt: skip
METRICS = (("mmc", 20), ("bmc", 20), ("mmc60", 60), ("corr60", 60), ("v2_corr20", 20), ("fnc_v3", 20))


def lines(first: int, last: int) -> Iterator[bytes]:
    """Yield lines of calls, about 860 bytes each."""
    random = Random(first)
    for number in range(first, last):
        host, category = HOSTS[number % len(HOSTS)]
        moment = (BEGAN + timedelta(seconds=number)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line = {
            "schema": 2, "time": moment, "phase": "done", "seq": number, "run": RUN,
            "session": f"work-{number // 9_999}",
            "id": f"{random.getrandbits(64):016x}", "via": "proxy", "client_port": 40_000 + number % 9_000,
            "method": "GET", "scheme": "https", "host": host, "port": 443, "path": f"/a/page/{number % 5_000}/of/many",
            "query": "", "status": 200, "request_bytes": 0, "response_bytes": number % 90_000,
            "request_header_bytes": 400, "response_header_bytes": 300, "seconds": round(random.random(), 6),
            "first_byte_seconds": round(random.random(), 6), "content_type": "text/html", "category": category,
            "error": None, "denied": None, "graphql": None, "request_sha256": None,
            "response_sha256": f"{random.getrandbits(256):064x}", "upload_sha256": None, "websocket": None,
            "events": None,
            "usage": USAGE if category == "llm" else None, "body": None,
            "page": {"request": None, "response": {"sha256": f"{random.getrandbits(256):064x}", "bytes": 9_000}},
            "upload": None,
        }  # fmt: skip
        yield json.dumps(line, separators=(",", ":")).encode() + b"\n"


def write_calls(record: Path, count: int) -> list[Path]:
    """Write a record in segments. Returns its files."""
    record.parent.mkdir(parents=True)
    start = size = 0
    path, files = record, [record]
    file = path.open("wb")
    for line in lines(0, count):
        if size >= SEGMENT:
            file.close()
            start, size = start + size, 0
            path = record.with_name(segments.name(record.name, start))
            files.append(path)
            file = path.open("wb")
        size += file.write(line)
    file.close()
    return files


def drafts(number: int, entrants: int) -> Iterator[Draft]:
    """Yield what is told of a round, and at first who is enrolled and registered."""
    at = BEGAN + timedelta(days=number * 365 / ROUNDS)
    names = [f"e{which}-l{3 + which % 2}" for which in range(entrants)]
    if not number:
        yield Draft(fact=INTENDED, entrant="codex-l4", run=RUN)
        for who in names:
            fact = EntrantEnrolled(agent=who[:-3], level=Level[who[-2:].upper()], model=who, model_id=who)
            yield Draft(fact=fact, entrant=who, run=f"run-{who}")
        for level in ("L3", "L4"):
            members = {f"run-{who}": who for who in names if who.endswith(level.lower())}
            if len(members) > 1:
                yield Draft(fact=family(level, members))
    closes = times.text(at + timedelta(hours=1))
    yield Draft(fact=RoundSeen(opens=times.text(at), closes_staking=closes), round=FIRST + number)
    yield Draft(fact=Tick(window="open", decisions={}), round=FIRST + number)
    for who in names:
        seen = SubmissionSeen(
            submission=f"{who}-{number}", status="on-time", selected=True, inserted_at=closes
        )
        if number % 17 != len(who) + names.index(who):  # a round missed now and then
            yield Draft(fact=seen, entrant=who, round=FIRST + number)
            yield from scores(number, who)
        yield Draft(fact=Poll(ok=True), entrant=who, valid=at + timedelta(hours=3))


def family(level: str, members: dict[str, str]) -> ClaimRegistered:
    """Return the family of some runs."""
    return ClaimRegistered(
        family=level.lower(), level=level, first=FIRST, last=FIRST + 259, metric="mmc", horizon=20, delta=DELTA,
        looks=LOOKS, alphas=ALPHAS, pairs=tuple(combinations(members, 2)), members=members, control=min(members),
    )  # fmt: skip


def scores(number: int, who: str) -> Iterator[Draft]:
    """Yield all values of a round and an entrant."""
    random = Random(f"{who}-{number // 20}")  # neighbouring rounds share most of it
    level = random.gauss(0, 0.01)
    for metric, days in METRICS:
        for day in range(1, days + 1):
            value = round(level + Random(f"{who}-{number}").gauss(0, 0.004) if day >= 20 else level, 6)
            fact = ScoreSeen(
                metric=metric, day=day, value=value, percentile=0.5, submission="s", version="v1"
            )
            yield Draft(fact=fact, entrant=who, round=FIRST + number)


def write_log(folder: Path, entrants: int) -> int:
    """Write a year of scores, a month a file, as the log has them. Returns how many events."""
    folder.mkdir(parents=True)
    head = Link()
    for number in range(ROUNDS):
        known = BEGAN + timedelta(days=number * 365 / ROUNDS)
        with (folder / f"{known:%Y-%m}.jsonl").open("ab") as file:
            for place, draft in enumerate(drafts(number, entrants)):
                named = structs.replace(draft, id=f"{number}-{place}")
                event = seal(named, head, Stamp(known, "b", 1.0, "bench"))
                line = encode(event)
                file.write(line)
                head = link(event, line)
    return head.seq


def timed(what: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that something took, and those of a processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    what()
    return time.perf_counter() - wall, time.process_time() - cpu


def own_copy(folder: Path, files: list[Path]) -> None:
    """Let DuckDB copy the same files with types of its own guess, one Parquet file each."""
    with database.opened(folder / "scratch") as connection:
        for number, path in enumerate(files):
            source = listed([str(path)])
            connection.execute(
                f"COPY (SELECT * FROM read_json({source}, format = 'newline_delimited', ignore_errors = true,"
                f" union_by_name = true)) TO '{folder}/{number}.parquet' (FORMAT parquet, COMPRESSION zstd)"
            )


def main(millions: float, entrants: int) -> None:
    with tempfile.TemporaryDirectory(dir=REPOSITORY / "state") as name:
        folder = Path(name)
        bench = Bench(load(REPOSITORY / "nab.toml", folder / "state"), "bench")
        record = bench.run(RUN).http
        count = int(millions * 1_000_000)
        calls = write_calls(record, count)
        told = write_log(bench.paths.events, entrants)
        months = sorted(bench.paths.events.glob("*.jsonl"))
        (folder / "copy").mkdir()
        closed = [*calls[:-1], *months[:-1]]
        rows = []
        copied = timed(lambda: own_copy(folder / "copy", closed))
        first = timed(lambda: update.update(bench))
        rows.append(("DuckDB's own copy of what is closed", *words(copied), ""))
        rows.append(("the first import", *words(first), f"{first[1] / copied[1]:.2f} of it (goal 1.5)"))
        with calls[-1].open("ab") as file:
            file.writelines(lines(count, count + HOUR))
            file.write(b'{"time":"2026-')
        rows.append(
            ("an hour later: brought up to date", *words(timed(lambda: update.update(bench))), "goal 2 s")
        )
        asked = timed(
            lambda: asking.answer(
                bench, "SELECT category, count(*), quantile_cont(seconds, .95) FROM requests GROUP BY ALL"
            )
        )
        rows.append(("... and asked: calls by category", *words(asked), ""))
        by_entrant = timed(
            lambda: asking.answer(
                bench, "SELECT entrant, metric, avg(value) FROM scores WHERE day = 20 GROUP BY ALL"
            )
        )
        rows.append(("... and asked: scores by entrant", *words(by_entrant), ""))
        rows += results(folder)
        rows += claims(folder)
        counted = asking.answer(
            bench,
            "SELECT sum(rows) AS rows, sum(unreadable) AS unreadable FROM sources WHERE of_table = 'calls'",
            as_json=True,
        )
        store = sum(path.stat().st_size for path in bench.paths.store.glob("calls/*/*.parquet"))
        lines_size = sum(path.stat().st_size for path in calls[:-1]) or 1
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(table(("", "wall s", "CPU s", ""), rows))
    print(f"\n{count + HOUR} lines of calls, {told} events; of calls {counted}")
    print(
        f"Parquet takes {store / lines_size:.3f} of the lines; {peak:.0f} MiB of memory at most (goal 1,000)"
    )


def claims(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Measure the claims: written down at a look, and derived again by another program that checks the whole log."""
    looks, again = opened(folder), opened(folder)
    yield "all claims: a look that writes them down", *words(timed(lambda: looking.look(looks))), ""
    yield "make claims: the log checked, what counts read", *words(read := timed(again.log.read)), ""
    derived = answers.derive(again)
    told = timed(lambda: answers.registry(again, derived))
    count = sum(1 for _ in derived.claims())
    yield f"... {count} claims derived", *words(told), f"goal 10 s with the log: {read[0] + told[0]:.1f} s"
    yield "... and compared", *words(timed(lambda: answers.differences(again, derived))), ""


def opened(folder: Path, *, by_kept: bool = False) -> Bench:
    """Return a bench of its own, as another program has one."""
    return Bench(load(REPOSITORY / "nab.toml", folder / "state"), "bench", sifts=True, by_kept=by_kept)


def results(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Measure `make results`: the first time, and again after another hour."""
    yield "make results, the first time", *words(timed(lambda: printed(opened(folder, by_kept=True)))), ""
    log = opened(folder).log
    log.append_all([Draft(fact=Poll(ok=True), entrant="e0-l3") for _ in range(60)])
    again = timed(lambda: printed(opened(folder, by_kept=True)))
    yield "make results, an hour later", *words(again), "goal 2 s"


def printed(bench: Bench) -> None:
    """Make the table of results and bring the store up to date, as the script does."""
    reports.results(bench)
    update.update(bench, fold=True)


def words(seconds: tuple[float, float]) -> tuple[str, str]:
    return f"{seconds[0]:.2f}", f"{seconds[1]:.2f}"


if __name__ == "__main__":
    millions = float(sys.argv[1]) if len(sys.argv) > 1 else 0.5
    main(millions, int(sys.argv[2]) if len(sys.argv) > 2 else max(4, round(millions * 2)))
