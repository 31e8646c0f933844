import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.facts import DiagnosticsSeen
from nab.core.log.events import Draft, Link, Stamp, encode, seal
from nab.core.scores import diagnosis
from nab.core.text import times
from support.records.logs import NOON

DONE = DiagnosticsSeen(diagnostics="d", filename="f", inserted_at="", status="done", answer="ab")
RUNNING = DiagnosticsSeen(diagnostics="d", filename="f", inserted_at="", status="running")
OLD = DiagnosticsSeen(diagnostics="d", filename="f", inserted_at="", status="done")
LEFT_OUT = DiagnosticsSeen(
    diagnostics="d", filename="f", inserted_at="", status="done", left_out="it is too long"
)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("known", "ago", "lately", "due"),
    [
        ([], 2 * MINUTE, True, True),
        ([RUNNING], 50 * MINUTE, True, True),
        ([RUNNING], 70 * MINUTE, True, False),
        ([RUNNING], 70 * MINUTE, False, True),
        ([RUNNING], 29 * DAY, False, True),
        ([RUNNING], 31 * DAY, False, False),
        ([OLD], 2 * MINUTE, False, True),
        ([DONE], 2 * MINUTE, False, False),
        ([LEFT_OUT], 2 * MINUTE, False, False),
    ],
)
def test_a_file_is_asked_for_until_all_of_it_is_known_often_at_first_and_not_for_ever(
    known, ago, lately, due
):
    handed_in = times.text(NOON - ago)

    assert diagnosis.is_due(1, handed_in, known, NOON, lately=lately) is due


@pytest.mark.parametrize("handed_in", ["", "soon", "2026-05-16T12:00:00"])
def test_a_file_of_which_nobody_knows_when_it_was_handed_in_is_asked_for(handed_in):
    assert diagnosis.is_due(1, handed_in, [], NOON, lately=True)


def test_nothing_is_asked_for_where_nothing_was_handed_in():
    assert not diagnosis.is_due(0, "", [], NOON, lately=False)


def test_null_stays_null_and_what_is_not_told_is_left_out():
    found = diagnosis.glance(
        {"validationCorrMean": 0.02, "validationMmcMean": None, "perEraDiagnostics": [{}, {}]}
    )

    assert found == diagnosis.Glance({"validationCorrMean": 0.02, "validationMmcMean": None}, eras=2)


FOREIGN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.full
@given(st.dictionaries(st.sampled_from([*diagnosis.HEADLINES, "perEraDiagnostics", "other"]), FOREIGN))
def test_whatever_stands_in_an_answer_can_be_written_down_and_read_again(answer):
    found = diagnosis.glance(answer)
    fact = DiagnosticsSeen(
        diagnostics="d", filename="f", inserted_at="", status="done", metrics=found.metrics, eras=found.eras
    )
    event = seal(Draft(fact=fact, id="e1"), Link(), Stamp(NOON, "boot0000", 1.0, "test"))

    written = json.loads(encode(event))["data"]
    assert written["metrics"] == found.metrics
    assert event.fact.metrics == found.metrics
