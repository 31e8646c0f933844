from nab.core.windows.rounds import seen
from nab.results.claims.registry import as_of
from nab.results.claims.standing import courses, lines, provisional, told
from support.statistics.claimed import CONTROL, FIRST, REGISTERED, A, B, Claimed, claimed


def family(season):
    return as_of(season.events, None).families["l3-101"], seen(season.events)


def test_who_cannot_be_told_apart_shares_the_whole_range_of_ranks_and_stands_in_the_order_of_names():
    season = Claimed(means={"codex-l3": 0.003, "random-l3": 0.0, "baseline-l3": 0.001}, amplitude=1.0)
    found = lines(*family(season.enrol().register().season(45)))

    assert [(one.entrant, one.best, one.worst) for one in found] == [
        ("baseline-l3", 1, 3), ("codex-l3", 1, 3), ("random-l3", 1, 3),
    ]  # fmt: skip
    assert [one.verdict for one in found] == ["the control", "not yet", "not yet"]


def test_who_was_found_better_stands_first_and_beside_the_control_with_its_band():
    found = {one.entrant: one for one in lines(*family(claimed(45)))}
    codex = found["codex-l3"]

    assert (codex.best, codex.worst) == (1, 1)
    assert (found["random-l3"].best, found["random-l3"].worst) == (2, 3)
    assert codex.verdict == "better, look 1"
    assert codex.band[0] < codex.difference < codex.band[1]
    assert codex.n == 45 and 2 < codex.n_eff < 3
    assert codex.next_look.endswith("(60 rounds)")


def test_a_control_that_stands_first_in_a_pair_turns_the_verdict_round():
    pairs = tuple((b, a) for a, b in REGISTERED.pairs)
    found = {one.entrant: one for one in lines(*family(Claimed().enrol().register(pairs=pairs).season(25)))}

    assert found["codex-l3"].verdict == "better, look 1"
    assert (found["codex-l3"].best, found["codex-l3"].worst) == (1, 1)


def test_a_control_of_another_family_is_a_yardstick_without_a_claim():
    members = {A: "codex-l3", B: "random-l3"}
    season = Claimed().enrol().register(pairs=((A, B),), members=members, control=CONTROL).season(25)
    codex = next(one for one in lines(*family(season)) if one.entrant == "codex-l3")

    assert codex.n == 25
    assert codex.verdict == "beside the control no claim"
    assert (codex.best, codex.worst) == (1, 1)


def test_rounds_that_are_not_final_are_counted_apart_and_in_no_figure():
    season = claimed(25)
    for number in (FIRST + 25, FIRST + 26):
        season.open(number)
        season.score(number, "codex-l3", 0.5, day=7)
    one, windows = family(season)

    assert provisional(one) == {"codex-l3": 2}
    assert lines(one, windows)[0].n == 25
    written = told(one, windows)
    assert written.splitlines()[0] == "l3-101: rounds 101 to 170, 3 pairs of 3 runs, by MMC20"
    assert written.splitlines()[-1] == (
        "provisional, in none of these figures: rounds that are not final yet, 2 of codex-l3"
    )
    assert "from 40 rounds" in written


def test_of_groups_the_one_claim_is_told():
    groups = {"x": (A,), "y": (B,)}
    season = Claimed().enrol().register(pairs=(("x", "y"),), groups=groups, level="L4-L3").season(25)
    written = told(*family(season))

    assert "x above y" in written and "supported" in written


def test_without_a_control_there_are_ranks_and_no_difference():
    found = lines(*family(Claimed().enrol().register(control="").season(25)))

    assert {one.verdict for one in found} == {"no control"}
    assert found[0].best == found[0].worst == 1


def test_a_course_is_told_at_a_look_with_what_flat_waits_for_and_none_of_the_control():
    one, windows = family(Claimed().enrol().register().season(45))

    found = list(courses(one, list(one.family.fact.members), windows))

    assert len(found) == 2
    assert found[0].startswith(
        "course of codex-l3 beside the control: not yet at the look of 40 rounds: slope "
    )
    assert found[0].endswith("flat cannot be shown before 250 rounds, not in this season")
    assert "\n".join(found) in told(one, windows)


def test_before_the_first_look_a_course_says_from_when_it_is_looked_at():
    one, windows = family(Claimed().enrol().register().season(5))

    (found,) = courses(one, [A], windows)

    assert found.startswith(
        "course of codex-l3 beside the control: not yet: 5 final rounds, looked at from 20 on, by 2026-"
    )


def test_two_groups_and_a_family_without_a_control_have_no_course():
    one, windows = family(Claimed().enrol().register(control="").season(5))

    assert list(courses(one, [A], windows)) == []
