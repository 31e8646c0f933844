from nab.core.claims.families import families
from nab.core.facts import EntrantEnrolled
from nab.core.levels import Level
from nab.core.runs.enrolments import enrolments
from nab.core.scores.metrics import LEADING
from nab.results.claims.registering import Wish, by_hand, default, is_due, scores_exist
from nab.results.verdicts.registration import ALPHAS, LOOKS
from support.statistics.claimed import CONTROL, REGISTERED, A, B, Claimed


def wish(told, **changed):
    known, enrolled = families(told.events), enrolments(told.events)
    return Wish(**{"known": known, "enrolled": enrolled, "first": 101, "metric": LEADING} | changed)


def of(agent, level, run):
    fact = EntrantEnrolled(agent=agent, level=level, model=f"m-{run}", model_id=f"id-{run}")
    return fact, {"entrant": f"{agent}-{level.value.lower()}", "run": run}


def enrolled(*triples):
    told = Claimed()
    for triple in triples:
        fact, about = of(*triple)
        told.say(fact, **about)
    return told


def test_the_default_family_is_all_pairs_of_a_level_the_control_and_its_twin_included():
    told = Claimed().enrol()
    (family,) = default(wish(told, control="baseline-l3", commit="c0ffee", version="v3"))

    assert family.pairs == ((A, B), (A, CONTROL), (B, CONTROL))
    assert family.members == {A: "codex-l3", B: "random-l3", CONTROL: "baseline-l3"}
    assert (family.family, family.first, family.last) == ("l3-101", 101, 360)
    assert (family.looks, family.alphas, family.delta) == (LOOKS, ALPHAS, 0.003)
    assert (family.metric, family.horizon, family.version) == (LEADING.name, LEADING.horizon, "v3")
    assert (family.control, family.commit, family.ends) == (CONTROL, "c0ffee", "")


def test_one_run_alone_makes_no_family_and_a_family_that_goes_on_is_not_made_twice():
    alone, both = Claimed().enrol("codex-l3"), Claimed().enrol()
    assert default(wish(alone)) == []
    assert not is_due({}, enrolments(alone.events), 101)
    assert is_due({}, enrolments(both.events), 101)

    both.register()
    assert default(wish(both)) == []
    assert not is_due(families(both.events), enrolments(both.events), 170)
    assert is_due(families(both.events), enrolments(both.events), 171)


def test_after_a_season_the_next_one_is_due_by_another_name():
    (family,) = default(wish(Claimed().enrol().register(), first=171))

    assert (family.family, family.first) == ("l3-171", 171)


def test_newcomers_have_a_family_of_their_own_pairs_alone():
    told = Claimed().enrol().register()
    fact, about = of("gemini", Level.L3, "run-of-gemini")
    told.say(fact, **about)

    assert default(wish(told)) == []
    (family,) = by_hand(wish(told, control="baseline-l3"))
    assert family.family == "l3-101b"
    assert family.pairs == ((A, "run-of-gemini"), ("run-of-gemini", B), ("run-of-gemini", CONTROL))
    assert by_hand(wish(Claimed().enrol().register())) == []


def test_one_level_against_another_is_one_hypothesis_in_a_family_of_its_own():
    told = enrolled(
        ("codex", Level.L3, "c3"), ("codex", Level.L4, "c4"),
        ("gemini", Level.L3, "g3"), ("gemini", Level.L4, "g4"),
        ("random", Level.L3, "r3"),
    )  # fmt: skip
    found = {one.family: one for one in default(wish(told, control="random-l3"))}

    assert sorted(found) == ["l3-101", "l4-101", "l4-l3-101"]
    contrast = found["l4-l3-101"]
    assert contrast.pairs == (("L4", "L3"),)
    assert contrast.groups == {"L4": ("c4", "g4"), "L3": ("c3", "g3")}
    assert set(contrast.members) == {"c3", "c4", "g3", "g4"}
    assert contrast.control == "r3"


def test_one_agent_at_both_levels_is_no_contrast():
    told = enrolled(("codex", Level.L3, "c3"), ("codex", Level.L4, "c4"), ("random", Level.L3, "r3"))

    assert [one.family for one in default(wish(told))] == ["l3-101"]


def test_a_season_with_a_score_of_a_member_is_found():
    assert scores_exist(REGISTERED, {}) is None
    assert scores_exist(REGISTERED, {100: {"codex-l3"}, 171: {"codex-l3"}, 120: {"gemini-l3"}}) is None
    assert scores_exist(REGISTERED, {120: {"codex-l3"}, 118: {"random-l3"}}) == 118
