"""make calls: what was read and what was refused, from the record."""

import json

import pytest

from nab.actions.recording.calls.listing import Asked
from nab.actions.reports import calls
from nab.core.errors import NabError
from nab.core.text.tables import plain
from support.repository.benches import bench_on

OLD, RUN = "2026-05-15T130207Z-claude-l3", "2026-05-16T130207Z-codex-l4"


def line(id, phase="done", **more):
    told = {
        "schema": 2,
        "time": "2026-05-16T13:02:07.123Z",
        "phase": phase,
        "seq": 1,
        "id": id,
        "method": "GET",
    }
    told |= {"scheme": "https", "host": "docs.numer.ai", "port": 443, "path": f"/{id}", "status": 200}
    return told | {"response_bytes": 1234, "seconds": 0.25, "category": "docs"} | more


REFUSED = {"rule": "host", "why": "no such \x1b[2J host"}


@pytest.fixture
def bench(tmp_path):
    bench = bench_on(tmp_path)
    records = {
        OLD: [line("old")],
        RUN: [
            line("page", query="q=1"),
            line("own", category="self-test", host="self-test.nab.example"),
            line("paper", host="export.arxiv.org", category="papers", port=8443, seconds=2.5),
            line("no", host="evil.example", category="other", status=403, denied=REFUSED),
            line("begun", phase="start"),
            {"phase": "folded", "rule": "host", "host": "evil.example", "count": 5},
        ],
    }
    for run, told in records.items():
        http = bench.run(run).http
        http.parent.mkdir(parents=True)
        http.write_text("".join(f"{json.dumps(one, separators=(',', ':'))}\n" for one in told))
    return bench


def ids(bench, run="", **asked):
    return [json.loads(one)["id"] for one in calls.json_lines(bench, run, Asked(**asked))]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["page", "paper", "no", "begun"]),
        ({"host": "arxiv.org"}, ["paper"]),
        ({"host": "export.arxiv.org"}, ["paper"]),
        ({"host": "xiv.org"}, []),
        ({"category": "docs"}, ["page", "begun"]),
        ({"category": "self-test"}, ["own"]),
        ({"denied": True}, ["no"]),
        ({"everything": True}, ["page", "own", "paper", "no", "begun"]),
    ],
)
def test_the_calls_that_are_asked_for_are_told_and_the_harness_own_are_not(bench, asked, found):
    assert ids(bench, **asked) == found


def test_the_newest_run_is_meant_and_a_part_of_a_name_is_enough(bench):
    assert ids(bench, "claude") == ["old"]
    assert ids(bench) == ids(bench, "codex")


def test_a_category_that_no_call_has_is_answered_with_those_there_are(bench):
    with pytest.raises(NabError) as raised:
        calls.show(bench, "", Asked(category="paper"))

    assert "docs, other, papers, self-test" in raised.value.hint


def test_a_person_sees_addresses_and_why_something_was_refused(bench):
    said = plain(calls.show(bench, "", Asked()))

    assert "https://docs.numer.ai/page?q=1" in said
    assert "https://export.arxiv.org:8443/paper" in said
    assert "GET denied  1,234  other     https://evil.example/no  <-- host: no such \\x1b[2J host" in said
    assert "no end" in said
    assert f"4 calls of {RUN}; the harness's own tries" in said
    assert "5 refused calls were only counted" in said
    assert "\x1b" not in said


def test_of_many_calls_the_newest_are_shown_and_how_many_are_not(bench):
    said = plain(calls.show(bench, "", Asked(), most=1))

    assert "(3 earlier calls: LAST=0 shows all)" in said
    assert "/paper" not in said and "/begun" in said


def test_where_there_is_none_that_is_said(bench):
    assert "no such call is on record" in plain(calls.show(bench, "", Asked(host="example.org")))
