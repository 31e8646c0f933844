import json
from datetime import timedelta

import pytest

from nab.actions.windows import numerai_failures
from nab.core.facts import Cause, Poll, RunStarted, Tick
from nab.core.levels import Level
from nab.core.outcomes.outcomes import settles
from nab.core.text import times
from nab.core.windows.rounds import Round
from nab.edges import clock
from nab.edges.files import files
from support.records.logs import intended, round_seen
from support.repository.benches import bench_on

LOOP, RUN = "codex-l4", "2026-05-15T090000Z-codex-l4"
API = "api-tournament.numer.ai"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def window():
    """A round that closed an hour ago."""
    closes = clock.now().replace(microsecond=0) - timedelta(hours=1)
    return Round(1269, closes - timedelta(hours=1), closes)


@pytest.fixture
def bench(tmp_path, window):
    """A bench whose L4 was awake through it and submitted nothing."""
    bench = bench_on(tmp_path)
    began = window.opens - timedelta(hours=5)
    bench.log.append(intended(level=Level.L4), entrant=LOOP, run=RUN, valid=began)
    bench.log.append(RunStarted(started_at=times.text(began)), entrant=LOOP, run=RUN, valid=began)
    bench.log.append(round_seen(window), round=window.number)
    seen = Tick(window="open", decisions={LOOP: ("observe", "x")}, skew_seconds=0.0)
    bench.log.append(seen, round=window.number, valid=window.opens + MINUTE)
    bench.log.append(Poll(ok=True), entrant=LOOP, valid=settles(window))
    assert outcome(bench).cause is Cause.AGENT
    return bench


def outcome(bench):
    (row,) = bench.standings().rows
    return row.outcome


def call(at, status=200, **told):
    usual = {"schema": 2, "phase": "done", "host": API, "category": "numerai-api", "denied": None}
    return {**usual, "time": times.text(at), "status": status, "content_type": "application/json", **told}


def record(bench, calls):
    for one in calls:
        files.append_line(bench.run(RUN).http, json.dumps(one).encode())


CREATE = {"graphql": {"operation": "mutation", "fields": ["createSubmission"], "submission": None}}


def test_an_upload_that_numerai_failed_in_the_window_is_not_the_agents_miss(bench, window):
    at = window.opens + 10 * MINUTE
    record(bench, [call(at), call(at), call(at), call(at + MINUTE, 504, **CREATE)])

    assert numerai_failures.look(bench) == 1
    assert numerai_failures.look(bench) == 0
    assert (outcome(bench).cause, outcome(bench).reason) == (
        Cause.NUMERAI,
        f"Numerai failed 1 of its 4 calls in the window: Numerai ({API}) had answered 504",
    )


def test_what_failed_outside_the_window_or_elsewhere_or_now_and_then_excuses_nobody(bench, window):
    at = window.opens + 10 * MINUTE
    record(bench, [call(window.opens - MINUTE, 504, **CREATE)])
    record(bench, [call(at), call(at), call(at, 429), call(at, 503, category="other", host="example.org")])
    record(bench, [call(at, 403, denied={"rule": "model", "why": "not yours"}, **CREATE)])
    record(bench, [call(window.closes + MINUTE, 504, **CREATE)])

    assert numerai_failures.look(bench) == 0
    assert outcome(bench).cause is Cause.AGENT


def test_half_of_all_calls_failing_is_trouble_though_no_upload_was_tried(bench, window):
    record(bench, [call(window.opens + MINUTE), call(window.opens + MINUTE, 429)])

    assert numerai_failures.look(bench) == 1


@pytest.mark.full
def test_only_the_window_of_a_long_record_is_read(bench, window, monkeypatch):
    lines = 20_000
    begins = window.opens - timedelta(hours=100)
    path = bench.run(RUN).http
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        for number in range(lines):
            at = begins + number * (window.closes - begins) / lines
            file.write(json.dumps(call(at, 504 if number == lines - 10 else 200, **CREATE)).encode() + b"\n")
    read = []
    calls = numerai_failures.lines.calls
    monkeypatch.setattr(numerai_failures.lines, "calls", lambda them: read.append(1) or calls(them))

    assert numerai_failures.look(bench) == 1
    assert len(read) < lines / 50
