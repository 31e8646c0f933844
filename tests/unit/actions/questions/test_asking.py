"""Every question, asked of a state with something of every table in it."""

import pytest

from nab.actions.questions import asking
from nab.core.errors import NabError
from nab.results.questions import catalogue
from nab.results.questions.answer import Kind
from support.repository.benches import bench_on
from support.worlds import stored
from support.worlds.stored import OVER, WHO

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    bench = bench_on(tmp_path_factory.mktemp("questioned"))
    stored.fill(bench)
    return bench


@pytest.fixture(scope="module")
def one(bench):
    (found,) = asking.studied(bench, WHO)
    return found


def test_a_run_is_gathered_with_its_records_in_order(one):
    run = one.run

    assert (run.run, run.entrant, run.agent) == (OVER, WHO, "claude")
    assert run.calls and all(
        earlier.at <= later.at for earlier, later in zip(run.calls, run.calls[1:], strict=False)
    )
    assert {change.id.partition(":")[2] for change in run.changes} == {"a.py", "b c.py"}
    assert run.changes[0].text == "1"
    assert [each.category for each in run.fetched] == ["docs"] * 4
    assert run.diagnoses[0].eras == {"validationCorr": {"0857": 0.02}}
    assert [(each.round, each.by, each.verified) for each in run.submissions] == [(1269, "scheduler", True)]
    assert sum(one.effort.values()) == pytest.approx(run.until - run.began)


def test_the_log_tells_the_rounds_and_costs(one):
    told = one.told

    assert [(each.round, each.status, each.on_time) for each in told.owed] == [(1269, "verified", True)]
    assert told.owed[0].percentile == 0.6
    assert (told.usd, told.tokens) == (0.5, 7)
    assert told.artifact


@pytest.mark.parametrize("question", [*catalogue.OF_RUNS, catalogue.POINTS])
def test_every_question_has_an_answer_in_a_line_and_says_how_sure_it_is(one, question):
    found = asking.answered(question, one)
    shown = asking.show(question, [found])

    assert shown.startswith(catalogue.ASKS[question])
    assert "how sure: " in shown and "why: " in shown
    assert found.kind is not Kind.PRIMARY
    assert all("precision" in each or "experimental" in each for each in found.detectors)


def test_who_is_better_is_said_by_registered_claims_alone(bench):
    assert asking.show("better", asking.answers(bench, "better")).endswith(
        "no family is registered (docs/claims.md)"
    )


def test_a_question_or_entrant_that_there_is_not_is_told(bench):
    with pytest.raises(NabError, match="no question"):
        asking.answers(bench, "everything")
    with pytest.raises(NabError, match="no run of 'gemini-l1' has begun"):
        asking.answers(bench, "proxy", "gemini-l1")
