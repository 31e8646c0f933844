import pytest

from nab.results.verdicts.groups import pooled
from nab.results.verdicts.procedure import season
from nab.results.verdicts.registration import Record, read_record, read_registration
from support.statistics import seasons
from support.statistics.seasons import RULES, numbered, record, scores

FAMILY = read_registration(RULES | {"pairs": [["upper", "lower"]]})
GROUPS = {"upper": ["p4", "q4"], "lower": ["p3", "q3"]}
MEANS = {"p4": 0.04, "q4": 0.05, "p3": 0.0, "q3": 0.0}


def told(records):
    return pooled(FAMILY, [read_record(one, FAMILY) for one in records], GROUPS)


def test_a_group_has_its_mean_where_everybody_of_both_has_a_score():
    records = scores(MEANS, range(1, 61), amplitude=0.1)
    missed = [one for one in records if (one["entrant"], one["round"]) != ("q3", 7)]
    found = season(FAMILY, told(missed), 10_000)

    assert found["verdicts"] == {"upper>lower": "supported"}
    assert found["looks"][0]["last_round"] == 21
    assert found["looks"][0]["mean"] == pytest.approx(0.045, abs=0.002)


def test_a_revised_score_of_one_agent_revises_its_group():
    records = scores(MEANS, range(1, 31), amplitude=0.1)
    revised = [*records, record(seq=900, entrant="q4", round=2, value=1.0)]
    before, after = (season(FAMILY, told(one), 1000)["looks"][0]["mean"] for one in (records, revised))

    assert after - before == pytest.approx((1.0 - records[5]["value"]) / 2 / 20)


def test_any_event_may_end_the_season_of_two_groups():
    records = [*scores(MEANS, range(1, 51), amplitude=0.1), record(seq=5000, known=seasons.AFTER)]

    assert season(FAMILY, told(records), 9000)["looks"][-1]["seq"] == 5000
    assert all(isinstance(one, Record) for one in told(numbered(records)))
