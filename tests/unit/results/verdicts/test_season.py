import itertools
import json
import os
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nab.core.errors import NabError
from nab.results.verdicts.procedure import season
from nab.results.verdicts.season import Cause, Verdict, fold
from support.repository.benches import REPOSITORY
from support.statistics import seasons, second_season
from support.statistics.seasons import RULES, numbered, record, scores

VECTORS = REPOSITORY / "tests/data/statistics/procedure_reference.json"
REFERENCE = json.loads(VECTORS.read_text())
END = 10_000
A_BETTER = {"a": 0.04, "b": 0.0, "c": -0.01}


def same(found, expected):
    """Compare numbers to the ninth digit, and everything else exactly."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            same(found[key], value)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)
    else:
        assert found == expected


def agree(records, upto=END, rules=RULES):
    """Ask both implementations and return the verdicts."""
    found = season(rules, records, upto)
    rows = second_season.looks(rules, records, upto)
    assert len(found["looks"]) == len(rows)
    for one, row in zip(found["looks"], rows, strict=True):
        same(one, row)
    return found["verdicts"]


@pytest.mark.parametrize("expected", REFERENCE["expected"], ids=lambda one: f"as of {one['upto']}")
def test_the_reference_season_comes_out_at_each_of_its_places(expected):
    found = season(REFERENCE["registration"], REFERENCE["events"], expected["upto"])

    assert found["verdicts"] == expected["verdicts"]
    assert len(found["looks"]) == len(expected["looks"])
    for one, other in zip(found["looks"], expected["looks"], strict=True):
        same(one, other)


def test_the_better_entrant_is_found_better_at_the_first_look_that_can_tell():
    verdicts = agree(scores(A_BETTER, range(1, 71)))

    assert verdicts["a>b"] == verdicts["a>c"] == "supported"


def test_a_pair_named_the_wrong_way_round_is_refuted():
    rules = RULES | {"pairs": [["b", "a"], ["c", "a"], ["b", "c"]]}

    assert agree(scores(A_BETTER, range(1, 71)), rules=rules)["b>a"] == "refuted"


def test_a_difference_that_is_real_and_smaller_than_delta_is_supported():
    records = scores({"a": 0.0016, "b": 0.0, "c": 0.0}, range(1, 71), amplitude=0.02)

    assert agree(records)["a>b"] == "supported"
    assert any(one["rejected"] and one["equivalent"] for one in season(RULES, records, END)["looks"])


def test_entrants_that_are_one_and_the_same_are_equivalent():
    records = [one for one in scores({"a": 0.0, "c": 0.0}, range(1, 31))]
    records = numbered([*records, *(one | {"entrant": "b"} for one in records if one["entrant"] == "a")])

    assert agree(records)["a>b"] == "equivalent"
    assert season(RULES, records, END)["looks"][0]["note"] == "identical"


def test_a_constant_shift_is_degenerate_and_never_a_verdict():
    records = scores({"a": 0.0, "c": 0.0}, range(1, 71))
    shifted = [
        one | {"entrant": "b", "value": one["value"] + 0.001} for one in records if one["entrant"] == "a"
    ]

    assert agree(numbered([*records, *shifted]))["a>b"] == "not yet"
    assert season(RULES, numbered([*records, *shifted]), END)["looks"][0]["note"] == "degenerate"


def test_at_the_seasons_end_the_last_look_is_taken_with_what_there_is():
    records = scores(A_BETTER, range(1, 51))
    ended = [*records, record(seq=5000, known=seasons.AFTER)]  # any event: nobody's score has to come then

    assert {one["look"] for one in season(RULES, records, END)["looks"]} == {1, 2}
    agree(ended)
    last = season(RULES, ended, END)["looks"][-1]
    assert (last["look"], last["seq"], last["n"], last["last_round"]) == (3, 5000, 50, 50)


def test_at_the_seasons_end_a_pair_that_missed_a_look_before_the_last_gets_none():
    records = [*scores(A_BETTER, range(1, 36)), record(seq=5000, known=seasons.AFTER)]
    agree(records)

    assert {one["look"] for one in season(RULES, records, END)["looks"]} == {1}


def test_after_the_seasons_end_scores_correct_looks_and_reach_none():
    late = scores(A_BETTER, range(51, 71))
    records = [*scores(A_BETTER, range(1, 51)), record(seq=5000, known=seasons.AFTER)]
    records += [one | {"seq": 6000 + one["seq"]} for one in late]
    revised = [*records, record(seq=7000, entrant="a", round=3, value=0.09)]
    agree(records)
    agree(revised)

    assert season(RULES, records, END)["looks"] == season(RULES, records, 5000)["looks"]
    before, after = (season(RULES, one, END)["looks"] for one in (records, revised))
    assert [one["mean"] != other["mean"] for one, other in zip(before, after, strict=True)] == 3 * [
        True,
        True,
        False,
    ]


def test_scores_of_another_scoring_version_are_not_used():
    records = scores(A_BETTER, range(1, 31))
    other = [one | {"version": "v2", "value": 0.5} for one in scores(A_BETTER, range(31, 71))]
    records = numbered([*records, *other])
    agree(records)

    assert season(RULES, records, END) == season(RULES, records[:90], END)


def test_a_score_of_day_nineteen_is_not_used_and_a_later_day_beats_a_later_word():
    early = scores(A_BETTER, range(1, 31), day=19)
    records = scores(A_BETTER, range(1, 31))
    later_day = record(seq=4000, entrant="a", round=5, value=0.2, day=21)
    later_word = record(seq=4001, entrant="a", round=5, value=-0.2, day=20)
    agree([*records, later_day, later_word])

    assert season(RULES, early, END)["looks"] == []
    with_both = season(RULES, [*records, later_day, later_word], END)["looks"]
    assert with_both == season(RULES, [*records, later_day], END)["looks"]


def test_a_null_leaves_the_older_value_standing():
    records = scores(A_BETTER, range(1, 31))
    nulled = [*records, record(seq=4000, entrant="a", round=5, value=None, day=21)]
    agree(nulled)

    assert season(RULES, nulled, END)["looks"] == season(RULES, records, END)["looks"]


def test_a_verdict_that_a_correction_takes_away_is_withdrawn_and_the_old_one_stays_as_of_its_time():
    records = scores(A_BETTER, range(1, 31), amplitude=0.2)
    wrong = [record(entrant="a", round=r, value=(-1) ** r * 0.5) for r in range(1, 21)]
    revised = [*records, *numbered(wrong, first=4000)]

    assert agree(revised, upto=3999)["a>b"] == "supported"
    assert season(RULES, revised, END)["verdicts"]["a>b"] == "withdrawn"
    assert second_season.verdicts(RULES, revised, END)["a>b"] == "withdrawn"
    assert season(RULES, revised, 3999)["verdicts"] == season(RULES, records, END)["verdicts"]


def test_versions_name_what_made_them():
    records = scores(A_BETTER | {"c": -0.2}, range(1, 31), amplitude=0.2)
    found = fold(RULES, [*records, record(seq=4000, entrant="c", round=5, value=0.01)], END)
    causes = {pair: [one.causes for one in found.versions[pair]] for pair in found.registration.pairs}

    # In each round c is scored last: pairs with it reach the look one score later.
    assert causes["a", "b"] == [(Cause.LOOK,), (Cause.OTHER_LOOK,), (Cause.OTHER_CORRECTION,)]
    assert causes["a", "c"] == [(Cause.LOOK,), (Cause.CORRECTION,)]
    assert found.versions["a", "b"][-1].verdict is Verdict.SUPPORTED


def test_another_pairs_look_can_only_add_a_verdict():
    found = fold(RULES, scores(A_BETTER, range(1, 71)), END)

    for versions in found.versions.values():
        for before, after in itertools.pairwise(versions):
            assert before.verdict is Verdict.NOT_YET or after.verdict is before.verdict


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"looks": [10, 40, 60]}, "20 rounds or later"),
        ({"looks": [20, 40]}, "as many"),
        ({"looks": [20, 60, 40]}, "rise"),
        ({"alphas": [0.02, 0.02, 0.02]}, "0.06"),
        ({"pairs": [["a", "b"], ["b", "a"]]}, "twice"),
        ({"pairs": []}, "there is none"),
        ({"pairs": [["a", "a"]]}, "of one entrant"),
        ({"ends": "in June"}, "in June"),
        ({"first": 71}, "first comes after last"),
    ],
)
def test_a_registration_that_no_verdict_may_rest_on_is_refused(wrong, words):
    with pytest.raises(NabError) as raised:
        season(RULES | wrong, [], END)

    assert words in f"{raised.value.message} {raised.value.hint}"


@st.composite
def logs(draw):
    """A log of three entrants: rounds missing, late and revised, nulls, early days, another version, in any order."""
    rounds = range(1, draw(st.integers(30, 46)))
    means = {"a": draw(st.sampled_from([0.0, 0.03])), "b": 0.0, "c": 0.0005}
    told = []
    for one in scores(means, rounds, amplitude=0.2):
        fate = draw(st.sampled_from("kkkkkkkkkkkkkmlrnvd"))
        changed = {"n": {"value": None}, "v": {"version": "v2"}, "d": {"day": 19}}.get(fate, {})
        if fate != "m":
            told.append((one["round"] + (draw(st.integers(5, 20)) if fate == "l" else 0), one | changed))
        if fate == "r":
            told.append(
                (one["round"] + 10, one | {"value": one["value"] + 0.002, "day": draw(st.integers(20, 21))})
            )
    if draw(st.booleans()):
        told.append((draw(st.integers(35, 60)), record(known=seasons.AFTER)))
    return numbered([one for _, one in sorted(told, key=lambda both: both[0])])


SMALL = RULES | {"looks": [20, 24, 30]}


@pytest.mark.full
@given(records=logs(), upto=st.integers(60, 300), seed=st.integers(0, 9))
@settings(max_examples=15)
def test_no_order_of_events_no_late_round_and_no_revision_changes_a_claim_as_of_an_earlier_seq(
    records, upto, seed
):
    as_it_was = json.dumps(season(SMALL, [one for one in records if one["seq"] <= upto], upto))
    shuffled = random.Random(seed).sample(records, len(records))

    assert json.dumps(season(SMALL, shuffled, upto)) == as_it_was
    # What later folds remember of that place is the same, too.
    remembered = fold(SMALL, records, END).versions
    for pair, versions in fold(SMALL, records, upto).versions.items():
        assert remembered[pair][: len(versions)] == versions


@pytest.mark.full
@given(records=logs())
@settings(max_examples=8)
def test_both_implementations_agree_on_any_log(records):
    for upto in (150, 220, END):
        agree(records, upto, SMALL)
    assert second_season.verdicts(SMALL, records, END) == season(SMALL, records, END)["verdicts"]


@pytest.mark.full
def test_one_thread_or_two_give_the_same_bytes():
    program = (
        "import json, sys; from nab.results.verdicts.procedure import season\n"
        f"told = json.load(open({str(VECTORS)!r}))\n"
        "print(json.dumps([season(told['registration'], told['events'], upto) for upto in (250, 330, 490, 696)]))\n"
        "assert 'numpy' not in sys.modules"
    )
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    printed = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | dict.fromkeys(threads, number),
            capture_output=True,
            check=True,
        ).stdout
        for number in ("1", "2")
    ]

    assert printed[0] == printed[1]
    assert json.loads(printed[0])[-1]["verdicts"] == REFERENCE["expected"][-1]["verdicts"]
