import json

import pytest
from click.testing import CliRunner

from nab.actions.usage import costs, counting
from nab.core.errors import NabError
from nab.core.facts import SessionStarted
from nab.core.text.tables import plain
from support.records.answers_of_models import MODEL, bench_with_a_run, line, record, the_run
from support.records.logs import RUN, WHO, intended
from support.repository.benches import REPOSITORY, bench_on


@pytest.fixture
def bench(tmp_path):
    bench = bench_with_a_run(tmp_path)
    record(bench, line(), line(model="other", complete=False))
    return bench


def test_what_is_not_counted_yet_is_shown_and_not_written_down(bench):
    before = bench.log.last_seq
    found = costs.costs(bench, run=RUN)

    assert {one.model: one.answers for one in found.totals.models} == {MODEL: 1, "other": 1}
    assert bench.log.last_seq == before


def test_what_is_counted_is_not_shown_twice(bench):
    counting.count(bench, the_run(bench), "work-1")
    record(bench, line())

    assert {one.model: one.answers for one in costs.costs(bench).totals.models} == {MODEL: 2, "other": 1}


def test_the_table_says_what_has_no_price(bench):
    text = plain(costs.show(costs.costs(bench)))

    assert text.startswith(RUN)
    assert "cost: at least $0.0003" in text
    assert "unpriced" in text
    assert "answers that broke off: 1" in text


def test_all_runs_of_an_entrant_are_shown_together(bench):
    other = "2026-05-17T090000Z-codex-l3"
    bench.log.append(intended(), entrant=WHO, run=other)
    path = bench.run(other).http
    path.parent.mkdir(parents=True)
    path.write_bytes(line())

    found = costs.costs(bench, entrant=WHO)

    assert found.runs == (RUN, other)
    assert found.totals.models[0].answers == 2
    assert plain(costs.show(found)).startswith("2 runs")
    assert costs.costs(bench).runs == (other,), "without a name it is the newest"


def test_a_session_that_goes_on_is_work(bench):
    bench.log.append(SessionStarted(session="work-1", mode="first", conversation="c"), run=RUN)

    assert set(costs.costs(bench).told["seconds"]) == {"working", "waiting", "wall"}
    assert costs.costs(bench).time.wall > 0


@pytest.mark.parametrize(
    ("asked", "message", "hint"),
    [
        ({"run": "nope"}, "no run 'nope'", RUN),
        ({"entrant": "nobody"}, "no run of 'nobody'", WHO),
        ({"run": RUN, "entrant": WHO}, "both a run and an entrant", "--entrant"),
    ],
)
def test_a_run_that_is_not_known_is_told_with_those_that_are(bench, asked, message, hint):
    with pytest.raises(NabError) as told:
        costs.costs(bench, **asked)

    assert message in told.value.message
    assert hint in told.value.hint


def test_before_the_first_run_there_is_nothing_to_show(tmp_path):
    with pytest.raises(NabError, match="no run yet"):
        costs.costs(bench_on(tmp_path))


def test_the_script_prints_json_for_programs(bench, monkeypatch):
    monkeypatch.syspath_prepend(str(REPOSITORY / "scripts"))
    import costs as script

    monkeypatch.chdir(REPOSITORY)
    words = ["--state", str(bench.paths.root), "--json"]
    said = CliRunner().invoke(script.main, words)

    told = json.loads(said.output)
    assert told["runs"] == [RUN]
    assert told["usd"] is None
    assert told["usd_at_least"] == 0.0003
    assert CliRunner().invoke(script.main, [*words[:2], "--run", "nope"]).exit_code == 2
