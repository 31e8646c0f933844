"""What older logs hold of scores is read for ever, and says nothing that was not recorded."""

import msgspec
import pytest

from nab.core.facts import DiagnosticsSeen, ReferenceSeen, ReferenceValue, RegimeSeen, ScoreSeen
from nab.core.log.events import FACTS

OLD = [
    (
        b'{"metric":"mmc","day":3,"value":0.1,"percentile":0.5,"submission":"s","resolved":true}',
        ScoreSeen(metric="mmc", day=3, value=0.1, percentile=0.5, submission="s", resolved=True),
    ),
    (
        b'{"diagnostics":"d","filename":"f","inserted_at":"","status":"done","sha256":"","message":"",'
        b'"metrics":{"validationCorrMean":0.02}}',
        DiagnosticsSeen(
            diagnostics="d", filename="f", inserted_at="", status="done", metrics={"validationCorrMean": 0.02}
        ),
    ),
    (
        b'{"target":"t","multipliers":{"mmc":2.25},"payout_factor":1.0}',
        RegimeSeen(target="t", multipliers={"mmc": 2.25}, payout_factor=1.0),
    ),
]


@pytest.mark.parametrize(("written", "fact"), OLD, ids=[type(fact).__name__ for _, fact in OLD])
def test_a_fact_of_an_older_log_is_read(written, fact):
    kind = type(fact).__struct_config__.tag
    read = FACTS[kind].decode(b'{"kind":"' + kind.encode() + b'",' + written[1:])

    assert read == fact


def test_what_an_older_log_did_not_record_is_not_said():
    score, diagnosed, regime = (fact for _, fact in OLD)

    assert (score.version, diagnosed.answer, diagnosed.eras) == ("", "", 0)
    assert (regime.names, regime.versions) == ({}, {})


def test_the_values_of_a_reference_are_lists_in_the_log_and_read_as_they_were():
    value = ReferenceValue(1269, "mmc", 3, None, 0.5, "1")
    fact = ReferenceSeen(model="m", id="i", values=(value,))
    written = msgspec.json.encode(fact)

    assert b'[1269,"mmc",3,null,0.5,"1"]' in written
    assert FACTS["reference.seen"].decode(written) == fact
