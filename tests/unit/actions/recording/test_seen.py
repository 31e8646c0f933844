"""The log is told how far the records of runs go: new bytes alone, once an hour, and no trouble stops it."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from nab.actions.recording import seen
from nab.core.facts import RecordsSeen
from nab.edges import clock
from nab.edges.files import compressed
from support.repository.benches import bench_on
from support.worlds import stored
from support.worlds.stored import GOES_ON, OVER

HTTP = f"{GOES_ON}/calls/http.jsonl"


@pytest.fixture
def bench(tmp_path):
    bench = bench_on(tmp_path)
    stored.of_log(bench)
    for run in (GOES_ON, OVER):
        grow(bench, run, b'{"a":1}\n')
    return bench


def grow(bench, run, content):
    path = bench.run(run).http
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(content)


def look(bench, monkeypatch, hours=0):
    later = datetime.now(UTC) + timedelta(hours=hours)
    monkeypatch.setattr(clock, "now", lambda: later)
    seen.note(bench)
    return [
        [(one.file, one.start, one.length, one.sha256) for one in fact.records]
        for event in bench.log.events()
        if isinstance(fact := event.fact, RecordsSeen)
    ]


def digest(content):
    return sha256(content).hexdigest()


def test_what_grew_of_a_run_that_goes_on_is_told_with_the_hash_of_its_whole_new_lines(bench, monkeypatch):
    first = look(bench, monkeypatch)
    grow(bench, GOES_ON, b'{"b":2}\n{"torn')

    assert first == [[(HTTP, 0, 8, digest(b'{"a":1}\n'))]]
    assert look(bench, monkeypatch, hours=2)[1:] == [[(HTTP, 8, 16, digest(b'{"b":2}\n'))]]


def test_within_an_hour_and_where_nothing_grew_nothing_is_told(bench, monkeypatch):
    look(bench, monkeypatch)
    assert len(look(bench, monkeypatch, hours=2)) == 1
    grow(bench, GOES_ON, b"{}\n")

    assert len(look(bench, monkeypatch)) == 1


def test_a_look_reads_no_more_than_it_may_and_the_next_one_goes_on(bench, monkeypatch):
    monkeypatch.setattr(seen, "MOST_BYTES", 8)
    grow(bench, GOES_ON, b'{"b":2}\n')

    told = [*look(bench, monkeypatch), *look(bench, monkeypatch, hours=2)[1:]]

    assert [(one[0][1], one[0][2]) for one in told] == [(0, 8), (8, 16)]


def test_a_record_that_took_anothers_place_is_told_from_its_beginning(bench, monkeypatch):
    look(bench, monkeypatch)
    bench.run(GOES_ON).http.write_bytes(b"{}\n")

    assert look(bench, monkeypatch, hours=2)[1:] == [[(HTTP, 0, 3, digest(b"{}\n"))]]


def test_a_record_that_cannot_be_read_costs_itself_alone(bench, monkeypatch, capsys):
    session = bench.run(GOES_ON).sessions / "work-1"
    session.mkdir(parents=True)
    (session / "stdout.jsonl").write_bytes(b"{}\n")
    path = bench.run(GOES_ON).http
    path.unlink()
    compressed.beside(path).write_bytes(b"no gzip")

    (told,) = look(bench, monkeypatch)

    assert [one[0] for one in told] == [f"{GOES_ON}/sessions/work-1/stdout.jsonl"]
    assert f"{HTTP} is not put on record" in capsys.readouterr().err


def test_claims_say_what_is_there_of_the_records_and_what_is_gone(bench, monkeypatch):
    assert seen.standing(bench, 99) == ""
    look(bench, monkeypatch)
    seq = bench.log.events()[-1].seq

    assert "1 from bytes, 0 from sealed rows, 0 gone" in seen.standing(bench, seq)
    bench.run(GOES_ON).http.unlink()
    assert "0 from bytes, 0 from sealed rows, 1 gone" in seen.standing(bench, seq)
    rows = bench.paths.store / "calls" / GOES_ON
    rows.mkdir(parents=True)
    (rows / "a.parquet").write_bytes(b"")
    assert "0 from bytes, 1 from sealed rows, 0 gone" in seen.standing(bench, seq)
