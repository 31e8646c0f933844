import pytest

from nab.core.claims.families import families
from nab.core.errors import NabError
from nab.core.facts import EntrantEnrolled, RoundSeen, Tick
from nab.core.levels import Level
from nab.core.text import times
from nab.results.claims.material import UNTIL_ITS_END, gathered, registration
from support.statistics.claimed import CONTROL, DAY, FIRST, REGISTERED, A, B, Claimed, claimed


def material(told, upto=None, family="l3-101"):
    upto = upto or len(told.events)
    return gathered(families(told.events, upto), told.events, upto)[0][family]


def test_a_score_is_that_of_the_run_that_was_enrolled_last_when_its_round_closed():
    told = Claimed().enrol().register()
    told.open(101)
    again = EntrantEnrolled(agent="codex", level=Level.L3, model="m", model_id="id")
    told.log.add(again, told.at(101) + DAY / 2, entrant="codex-l3", run="2026-05-17T-codex-l3")
    told.open(102)
    for number in (101, 102):
        told.score(number, "codex-l3")

    assert [(one.entrant, one.round) for one in material(told).records] == [(A, 101)]
    told.register(family="l3-101b", members=REGISTERED.members | {"2026-05-17T-codex-l3": "codex-l3"})
    assert [(one.entrant, one.round) for one in material(told, family="l3-101b").records] == [
        (A, 101), ("2026-05-17T-codex-l3", 102),
    ]  # fmt: skip


def test_only_rounds_of_the_season_and_the_registered_metric_are_its_records():
    told = Claimed().enrol().register()
    told.score(100, "codex-l3")
    told.score(101, "codex-l3")
    told.score(102, "codex-l3", metric="bmc")
    told.score(103, "codex-l3", metric="v2_corr20")
    told.score(171, "codex-l3")

    found = material(told)
    assert [one.round for one in found.records] == [101]
    assert [one.round for one in found.other] == [103]


def test_a_version_that_was_not_registered_is_that_of_the_first_score_of_a_member():
    told = Claimed().enrol().register()
    told.score(101, "codex-l3", version="v3", day=1)
    told.score(102, "random-l3", version="v4")

    assert material(told).registration.version == "v3"
    assert material(Claimed().enrol().register(version="v2")).registration.version == "v2"


def test_a_season_ends_forty_days_after_its_last_round_closed_as_that_was_told_before():
    told = Claimed().enrol().register()
    last = FIRST + 69
    told.open(last)
    close = told.at(last) + DAY / 24
    ends = times.text(close + UNTIL_ITS_END)
    told.log.add(Tick(window="closed", decisions={}), close + UNTIL_ITS_END - DAY)
    assert (material(told).ends, material(told).ended) == (ends, False)

    seq = told.log.add(Tick(window="closed", decisions={}), close + UNTIL_ITS_END).seq
    moved = RoundSeen(opens=times.text(close), closes_staking=times.text(close + 90 * DAY))
    told.log.add(moved, close + UNTIL_ITS_END + DAY, round=last)

    found = material(told)
    assert (found.ends, found.ended) == (ends, True)
    assert [(one.seq, one.entrant) for one in found.records] == [(seq, "")]


def test_of_groups_a_record_is_the_mean_of_all_their_runs():
    told = (
        Claimed().enrol().register(pairs=(("x", "y"),), groups={"x": (A, B), "y": (CONTROL,)}, level="L4-L3")
    )
    for who, value in (("codex-l3", 0.02), ("random-l3", 0.01), ("baseline-l3", 0.005)):
        told.score(101, who, value)

    means = {one.entrant: one.value for one in material(told).told if one.value is not None}
    assert means == {"x": 0.015, "y": 0.005}


def test_what_is_registered_and_no_verdict_may_rest_on_is_refused():
    told = Claimed().register(alphas=(0.5, 0.5, 0.5))

    with pytest.raises(NabError):
        registration(families(told.events)["l3-101"])


def test_the_first_score_of_a_member_is_found_for_it_must_not_come_before_the_registration():
    told = claimed(2)
    first = next(one.seq for one in told.events if one.kind == "score.seen")

    assert material(told).first_score == first
