from nab.core.claims.families import families, going_on, in_none, newcomers
from nab.core.facts import EntrantEnrolled
from nab.core.levels import Level
from nab.core.runs.enrolments import enrolments
from support.statistics.claimed import RUNS, A, Claimed


def test_families_are_read_as_of_any_place_and_the_first_registration_of_a_name_holds():
    told = Claimed().enrol().register()
    told.register(delta=0.1)
    told.register(family="l3-101b")

    assert list(families(told.events)) == ["l3-101", "l3-101b"]
    assert families(told.events)["l3-101"].fact.delta == 0.003
    assert list(families(told.events, upto=4)) == ["l3-101"]
    assert families(told.events, upto=3) == {}


def test_a_season_goes_on_until_the_round_after_its_last():
    known = families(Claimed().enrol().register().events)

    assert [len(going_on(known, number)) for number in (1, 101, 170, 171)] == [1, 1, 1, 0]


def test_a_run_that_was_enrolled_later_is_in_no_family_and_waits_for_a_person():
    told = Claimed().enrol().register()
    again = EntrantEnrolled(agent="codex", level=Level.L3, model="m", model_id="id")
    told.say(again, entrant="codex-l3", run="2026-06-01T090000Z-codex-l3")
    known, enrolled = families(told.events), enrolments(told.events)

    assert in_none(known, enrolled, 101) == {"2026-06-01T090000Z-codex-l3": "codex-l3"}
    assert newcomers(known, enrolled, 101) == in_none(known, enrolled, 101)
    assert newcomers(known, enrolled, 171) == {}  # the season is over: the next look begins another
    assert len(in_none(known, enrolled, 171)) == 3


def test_a_run_at_a_level_without_a_family_is_in_none_and_waits_for_nobody():
    told = Claimed().enrol("codex-l3")
    enrolled = enrolments(told.events)

    assert in_none({}, enrolled, 1) == {A: "codex-l3"}
    assert newcomers({}, enrolled, 1) == {}


def test_a_family_of_another_level_holds_no_place_for_a_run():
    told = Claimed().enrol().register(level="L4-L3")
    known, enrolled = families(told.events), enrolments(told.events)

    assert set(in_none(known, enrolled, 101)) == set(RUNS.values())
