import json
import tracemalloc

import pytest

from nab.actions.recording.calls import har
from nab.core.errors import USAGE, NabError
from support.records import hars
from support.repository.benches import bench_on

RUN = "2026-05-16T130207Z-codex-l4"


def line(id, phase="done", **more):
    return {
        "schema": 2,
        "time": "2026-05-16T13:02:07.123Z",
        "phase": phase,
        "seq": 1,
        "id": id,
        "method": "GET",
        "scheme": "https",
        "host": "example.org",
        "port": 443,
        "path": f"/{id}",
        "status": 200,
        "seconds": 0.25,
        **more,
    }


@pytest.fixture
def bench(tmp_path):
    return bench_on(tmp_path)


def record(bench, *lines, tail=b"", bodies=()):
    paths = bench.run(RUN)
    paths.http.parent.mkdir(parents=True)
    paths.http.write_bytes(b"".join(json.dumps(one).encode() + b"\n" for one in lines) + tail)
    paths.bodies.write_bytes(b"".join(json.dumps(one).encode() + b"\n" for one in bodies))


def exported(bench):
    archive = json.loads(har.export(bench, RUN).read_bytes())
    hars.check(archive)
    return archive["log"]["entries"]


def test_every_call_is_told_once_and_what_is_no_call_is_not(bench):
    record(
        bench,
        {"schema": 2, "time": "2026-05-16T13:02:07.123Z", "phase": "proxy", "seq": 1, "event": "start"},
        line("a", "start"),
        line("b"),
        line("a"),
        line("c", "start"),
        line("d", method="DNS", scheme="dns"),
        line("e", method="-", path=""),
        {"schema": 2, "time": "2026-05-16T13:02:07.123Z", "phase": "folded", "seq": 9, "count": 5},
        tail=b'{"schema": 2, "id": "torn',
    )

    told = [(entry["_id"], entry.get("comment")) for entry in exported(bench)]

    assert told == [("b", None), ("a", None), ("c", "the record has no end of this call")]


def test_kept_bodies_are_found_by_their_place(bench):
    first = {"schema": 1, "id": "x", "which": "request", "text": "{}"}
    second = {"schema": 1, "id": "a", "which": "response", "text": '{"data": 1}'}
    place = len(json.dumps(first)) + 1
    record(
        bench,
        line("a", body={"response": place, "request": 0}),  # at 0 stands another call's
        line("b", body={"response": 99_999}),
        bodies=(first, second),
    )

    a, b = exported(bench)

    assert a["response"]["content"]["text"] == '{"data": 1}'
    assert "postData" not in a["request"]
    assert "text" not in b["response"]["content"]


def test_a_run_without_calls_is_an_empty_archive(bench):
    record(bench)

    assert exported(bench) == []


@pytest.mark.parametrize("run", ["nothing", "../runs"])
def test_a_missing_run_is_answered_with_those_there_are(bench, run):
    record(bench)

    with pytest.raises(NabError, match="no run") as raised:
        har.archive(bench, run)

    assert raised.value.exit_code == USAGE
    assert RUN in raised.value.hint


@pytest.mark.full
def test_memory_stays_flat_however_long_the_record_is(bench):
    record(bench, *(line(f"f{number}") for number in range(20_000)))

    tracemalloc.start()
    size = sum(len(piece) for piece in har.archive(bench, RUN))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size > 10_000_000
    assert peak < 2_000_000
