"""What came of seasons, and what fails."""

from msgspec import structs

from nab.results.validation import played
from nab.results.validation.played import Played, Said

NO = "not yet"
SAID = Said(first="", second="", verdict=NO, look=0, looks=4, versions=4, corrections=1, ever=(NO,))


def said(name, verdict="not yet", look=0, ever=None):
    first, second = played.PAIRS[name]
    return structs.replace(
        SAID, first=first, second=second, verdict=verdict, look=look, ever=ever or (verdict,)
    )


def season(better=("supported", 1), equal=("not yet", 0), **changed):
    pairs = tuple(said(name) for name in played.PAIRS if name not in {"better", "equal"})
    told = (said("better", *better), said("equal", *equal), *pairs)
    return Played(
        **{"events": 9, "said": told, "differing": (), "remembered": 3, "changed": 0, "wrong_causes": 0}
        | changed
    )


def test_a_hundred_true_seasons_pass_with_five_false_ones_and_fail_with_six():
    wrong = season(equal=("supported", 2))

    assert not any(played.failures([*[season()] * 95, *[wrong] * 5]))
    assert list(played.failures([*[season()] * 94, *[wrong] * 6])) == ["6 of 100 seasons with a false claim"]


def test_a_claim_is_false_whenever_it_was_made_and_by_whichever_is_named_first():
    assert said("equal", "withdrawn", ever=("supported", "withdrawn")).false
    assert said("better", "refuted").false
    assert said("better", "equivalent").false
    assert not said("equal", "equivalent").false
    turned = structs.replace(
        said("better", "refuted"), first=played.PAIRS["better"][1], second=played.PAIRS["better"][0]
    )
    assert not turned.false


def test_a_better_pair_that_is_told_too_late_fails():
    late = [season(better=("supported", 4))] * 6

    assert list(played.failures([*[season()] * 94, *late])) == [
        "the better pair was told in 94 of 100 seasons by look 3"
    ]


def test_whatever_does_not_come_out_again_fails_and_is_told():
    for changed, words in (
        ({"differing": ("l3-1.1: x",)}, "claims on record that are not derived again"),
        ({"changed": 1}, "a registry of an earlier day that came out otherwise"),
        ({"wrong_causes": 2}, "rounds left out for another cause than the true one"),
        ({"remembered": 0}, "no registry of an earlier day"),
    ):
        assert words in played.told([season(), season(**changed)])
    assert played.told([season()]).splitlines()[-1] == "ok"
