from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from nab.core.claims.told import told as said
from nab.core.facts import EntrantEnrolled, RoundSeen, ScoreSeen, Tick
from nab.core.levels import Level
from nab.core.text import times
from nab.results.claims.differences import Harness, unwritten
from nab.results.claims.documents import data_sha256, sha256
from nab.results.claims.registry import as_of, claim, registry
from support.statistics.claimed import DAY, FIRST, REGISTERED, A, B, Claimed, claimed


def told(events, upto=None):
    return registry(as_of(events, upto))


HERE = Harness("c0ffee", "1" * 64)


def looked(season):
    """Write down what a look would."""
    for kept in unwritten(as_of(season.events, None), said(season.events), HERE):
        season.say(kept.fact)
    return season


def test_a_claim_says_what_it_is_about_what_was_said_and_what_comes():
    found = told(looked(claimed(30)).events)
    one = found.claims[0]

    assert [claim.id for claim in found.claims] == ["l3-101.1", "l3-101.2", "l3-101.3"]
    assert one.statement == (
        f"This run of codex-l3 ({A}) scored above this run of random-l3 ({B}) in mean MMC20 over the rounds of "
        "101 to 170 in which both have a final score."
    )
    assert (one.verdict, one.version, one.current.look, one.current.looks[0].n) == ("supported", 1, 1, 20)
    assert (one.now.n, one.now.band, one.next_look.n) == (30, None, 40)
    assert [line.recorded[0].commit for line in one.history] == ["c0ffee"]
    assert one.history[0].recorded[0].sha256 == sha256(one.current)
    assert found.alone == {}


@pytest.mark.full
def test_one_claim_in_full_says_how_many_rounds_a_gap_needs_and_by_when():
    one = claim(as_of(claimed(25).events, None), "l3-101.1")

    assert [(needed.gap, needed.by is None) for needed in one.needed] == [
        (0.003, True),
        (0.005, True),
        (0.01, False),
    ]
    assert claim(as_of(claimed(1).events, None), "l3-101.9") is None


def test_figures_have_six_digits_and_the_data_a_hash_that_anybody_can_make():
    season = claimed(20)
    one = told(season.events).claims[0].current
    values = {
        (event.round, event.entrant): event.fact.value
        for event in season.events if isinstance(event.fact, ScoreSeen)
    }  # fmt: skip
    rows = [(number, values[number, "codex-l3"], values[number, "random-l3"]) for number in range(101, 121)]

    assert one.data_sha256 == data_sha256(rows)
    assert len(f"{one.looks[0].estimate:.15g}".lstrip("0.").replace(".", "")) <= 6


def test_between_looks_the_only_interval_is_the_band_and_it_comes_with_forty_rounds():
    before, after = told(claimed(39).events).claims[0], told(claimed(45).events).claims[0]

    assert before.now.band is None
    lo, hi = after.now.band
    assert lo < after.now.estimate < hi
    assert after.current.looks[-1].n == 40


def test_a_season_without_a_score_is_not_yet_with_the_date_of_its_first_look():
    one = told(claimed(0).events).claims[0]

    assert (one.verdict, one.version, one.current, one.history) == ("not yet", 0, None, ())
    assert (one.next_look.n, one.now.estimate) == (20, None)


def test_a_late_round_is_a_new_version_that_names_its_cause_and_the_old_one_stays():
    season = looked(claimed(30, missing={103: ("codex-l3",)}))
    before = told(season.events)
    upto = len(season.events)
    season.score(103, "codex-l3", at=season.at(FIRST + 80))
    after = told(looked(season).events)

    assert msgspec.json.encode(told(season.events, upto)) == msgspec.json.encode(before)
    versions = after.claims[0].history
    assert [line.causes for line in versions] == [("reached a look",), ("a late or revised score",)]
    assert versions[0].superseded_by == versions[1].upto
    assert after.claims[0].current.looks[0].n == 21
    assert after.claims[0].current.excluded == ()


def test_another_scoring_version_changes_no_claim_neither_as_of_its_day_nor_later():
    season = looked(claimed(30))
    upto, before = len(season.events), told(season.events)
    for number in range(FIRST, FIRST + 30):
        for who in season.means:
            season.score(number, who, 0.0, at=season.at(FIRST + 80), version="v2")
    after = told(looked(season).events)

    assert msgspec.json.encode(told(season.events, upto)) == msgspec.json.encode(before)
    assert [one.current for one in after.claims] == [one.current for one in before.claims]


def test_a_revised_score_is_a_new_version_of_its_look_and_the_old_one_comes_out_as_it_was():
    season = looked(claimed(30))
    upto, before = len(season.events), told(season.events)
    season.score(105, "codex-l3", 0.0, at=season.at(FIRST + 80), day=21)
    after = told(looked(season).events).claims[0]

    assert msgspec.json.encode(told(season.events, upto)) == msgspec.json.encode(before)
    assert [line.causes for line in after.history][-1] == ("a late or revised score",)
    assert after.history[-2].superseded_by == after.history[-1].upto
    assert after.current.data_sha256 != before.claims[0].current.data_sha256
    assert after.current.looks[0].estimate != before.claims[0].current.looks[0].estimate


def test_two_threads_at_once_tell_the_same_bytes_as_one():
    season = looked(claimed(30, missing={103: ("codex-l3",)}))
    alone = msgspec.json.encode(told(season.events))
    with ThreadPoolExecutor(2) as threads:
        both = list(threads.map(lambda _: msgspec.json.encode(told(season.events)), range(4)))

    assert both == [alone] * 4


def test_a_family_of_groups_has_one_claim_about_these_runs():
    groups = {"x": (A,), "y": (B,)}
    season = Claimed().enrol().register(pairs=(("x", "y"),), groups=groups, level="L4-L3").season(25)
    (one,) = told(season.events).claims

    assert one.statement.startswith(f"On average these runs at x ({A}) scored above these runs at y ({B})")
    assert "all of them have a final score" in one.statement
    assert one.verdict == "supported"
    assert A in one.query and B in one.query


def test_equal_scores_by_the_other_metric_stand_in_the_panel_beside():
    season = claimed(0)
    for number in range(FIRST, FIRST + 25):
        for who in season.means:
            season.score(number, who, metric="v2_corr20", version="other")
            season.score(number, who)
    rows = {row.name: row for row in told(season.events).claims[0].current.sensitivity}

    assert rows["CORR20"].says == rows["overlap-t"].says == "+"
    assert (rows["CORR20"].lo, rows["CORR20"].hi) == (rows["overlap-t"].lo, rows["overlap-t"].hi)


def test_a_run_that_is_told_of_later_and_a_round_that_moves_change_nothing_of_an_earlier_version():
    season = claimed(30, missing={103: ("codex-l3",)})
    upto = len(season.events)
    before = told(season.events).claims[0].current
    another = EntrantEnrolled(agent="codex", level=Level.L3, model="m", model_id="id")
    season.log.add(another, season.at(171), valid=season.at(102), entrant="codex-l3", run="another")
    opens, closes = (times.text(season.at(103 + days)) for days in (0, 9))
    season.log.add(RoundSeen(opens=opens, closes_staking=closes), season.at(171), round=103)

    assert before.excluded[0].cause == "unknown"
    assert told(season.events).claims[0].current == before
    assert told(season.events, upto).claims[0].current == before


def test_a_last_round_that_is_told_of_long_after_its_end_ends_the_season_then_and_not_before():
    last = FIRST + 45
    season = Claimed().enrol().register(last=last).season(45)
    for who in season.means:
        season.score(last, who, at=season.at(last) + 60 * DAY)
    upto = len(season.events)
    before = told(season.events)
    season.open(last)
    season.log.add(Tick(window="closed", decisions={}), season.at(last) + 70 * DAY)

    assert msgspec.json.encode(told(season.events, upto)) == msgspec.json.encode(before)
    looks = [look.upto for look in before.claims[0].current.looks]
    assert [look.upto for look in told(season.events).claims[0].current.looks] == [*looks, len(season.events)]


@st.composite
def seasons(draw):
    """A season with misses, and after it late and revised scores, nulls and other events in between."""
    entrants = st.sampled_from(["codex-l3", "random-l3", "baseline-l3"])
    numbers = st.integers(FIRST, FIRST + 24)
    missing = draw(st.dictionaries(numbers, st.tuples(entrants), max_size=3))
    season = claimed(25, missing=missing)
    for number, who in draw(st.lists(st.tuples(numbers, entrants), min_size=1, max_size=5)):
        value = draw(st.sampled_from([None, 0.01, 0.05]))
        season.score(number, who, value, at=season.at(FIRST + 70), day=draw(st.sampled_from([19, 20, 21])))
        season.say(Tick(window="closed", decisions={}))
    return season


@pytest.mark.full
@given(season=seasons(), part=st.floats(0.3, 1))
@settings(max_examples=8, deadline=None)
def test_nothing_that_comes_later_changes_the_registry_as_of_an_earlier_seq(season, part):
    upto = int(part * len(season.events))
    as_it_was = msgspec.json.encode(told(season.events[:upto]))
    late = structs.replace(REGISTERED, family="l3-101c")
    season.say(late)

    assert msgspec.json.encode(told(season.events, upto)) == as_it_was
