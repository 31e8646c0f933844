import pytest

from nab.results.claims.explanation import explained, listed
from nab.results.claims.registry import as_of, claim, registry
from support.statistics.claimed import Claimed, claimed


def told(season):
    derived = as_of(season.events, None)
    return explained(claim(derived, "l3-101.1"), registry(derived).families[0])


@pytest.mark.full
def test_a_claim_is_told_with_its_look_its_exclusions_and_the_dates_by_which_more_could_be_known():
    text = told(claimed(30, missing={103: ("codex-l3",)}, late={104: ("random-l3",)}))

    assert text.startswith("l3-101.1: This run of codex-l3 (")
    assert "It is supported: a difference this large is not chance" in text
    assert "Registered by event 4" in text and "one of 3 in family l3-101" in text
    assert "Look 1 (the verdict rests on it): 20 shared rounds, worth 1." in text
    assert "Left out, for one of the two has no score in it: 1 by unknown (" in text
    assert "Late, and counted: rounds 104." in text
    assert "between looks nothing is decided" in text
    assert "A true difference of 0.01: could be known by 2026-" in text
    assert "Next look: 2026-" in text


@pytest.mark.full
def test_the_panel_is_told_with_the_bounds_of_the_worst_case_or_what_it_waits_for():
    few = told(claimed(30))
    many = told(claimed(40, missing={number: ("codex-l3",) for number in range(105, 110)}))

    (line,) = [one for one in few.splitlines() if one.startswith("worst case of what is missing")]
    assert line.endswith("not counted: at most a tenth is missing")
    (line,) = [one for one in many.splitlines() if one.startswith("worst case of what is missing")]
    assert " to " in line and line.rstrip().endswith(("yes", "no"))
    assert "daily increments" in many and "not counted: the days of 20 public models" in many


@pytest.mark.full
def test_what_a_season_cannot_show_has_no_date():
    text = told(Claimed().enrol().register(last=135).season(5))

    assert "Nothing can be said yet." in text
    assert "A true difference of 0.003: not in this season" in text


def test_all_claims_are_listed_with_their_verdicts_and_how_often_a_family_is_wrong():
    text = listed(registry(as_of(claimed(30).events, None)))

    assert "l3-101.1  codex-l3 > random-l3" in text
    assert text.endswith("1 family, wrong once in twenty")


def test_without_a_family_that_is_said():
    assert "no family is registered" in listed(registry(as_of(Claimed().enrol().events, None)))
