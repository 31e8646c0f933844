import json

import pytest
from orders import Orders
from record import line_format, redact
from record.call_log import Notes
from record.journal import Journal
from record.upkeep import COVERAGE_SECONDS, FOLDED_SECONDS, Upkeep


@pytest.fixture
def upkeep(tmp_path):
    orders = Orders("run", "work", "127.0.0.1", "local")
    source = line_format.Source("run", "work", redact.redactor(()))
    return Upkeep(Notes(source, Journal(str(tmp_path / "http.jsonl")), None), orders)


@pytest.fixture
def lines(tmp_path):
    return lambda: [json.loads(line) for line in (tmp_path / "http.jsonl").read_text().splitlines()]


def test_a_life_is_told_from_its_beginning_to_its_end(upkeep, lines):
    upkeep.begin("11.0.2")
    upkeep.end()

    begun, coverage, ended = lines()
    assert (begun["phase"], begun["event"], begun["light"], begun["torn_bytes"]) == (
        "proxy",
        "start",
        False,
        0,
    )
    assert begun["versions"]["mitmproxy"] == "11.0.2"
    assert coverage["interface"] == "lo"
    assert (ended["event"], ended["life"], ended["open_calls"]) == ("end", begun["life"], 0)


def test_coverage_is_told_once_a_minute(upkeep, lines):
    for second in range(1, 3 * COVERAGE_SECONDS + 1):
        upkeep.look_after(second)

    assert [line["phase"] for line in lines()] == ["coverage"] * 3


def test_what_was_folded_is_told_now_and_then(upkeep, lines):
    for _ in range(30):
        seen = line_format.Seen("f", 0.0, "GET", "http", "example.org", 22, "/")
        seen.denied = ("port", "closed")
        upkeep.notes.note(seen)

    upkeep.look_after(FOLDED_SECONDS)

    assert lines()[-1]["phase"] == "folded"
    assert lines()[-1]["count"] == 10


def test_a_gap_is_closed_without_a_call_that_asks_for_it(upkeep, lines):
    upkeep.notes.gap.grow(1.0, refused=3)

    upkeep.look_after(1)

    assert (lines()[0]["phase"], lines()[0]["refused"]) == ("gap", 3)
