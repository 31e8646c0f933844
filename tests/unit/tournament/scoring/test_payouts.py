import pytest

from nab.tournament.scoring.payouts import REGIMES, regime

# From Numerai's own pages: scores, at-risk NMR and what a stake of 100 was paid.
WORKED = [
    (900, 0.02, 0.01, 720_000, 0.3),
    (1264, 0.02, 0.01, 72_000 / 0.0923350723, 0.346256521125),
    (1404, 0.02, 0.01, 1_000_000, 21.0),
]


@pytest.mark.parametrize(("number", "corr", "mmc", "at_risk", "paid"), WORKED)
def test_each_regime_pays_what_numerai_says(number, corr, mmc, at_risk, paid):
    rules = regime(number)
    scores = dict(zip(rules.multipliers, (corr, mmc), strict=True))
    share = rules.round_return(scores, rules.payout_factor(at_risk))

    assert share * 100 == pytest.approx(paid, rel=1e-9)


@pytest.mark.parametrize(("number", "clip"), [(900, 0.05), (1342, 0.05), (1343, 1.0)])
def test_a_payout_ends_at_the_clip_of_its_regime(number, clip):
    rules = regime(number)

    assert rules.round_return(dict.fromkeys(rules.multipliers, 0.9), 1.0) == clip
    assert rules.round_return(dict.fromkeys(rules.multipliers, -0.9), 1.0) == -clip


def test_nothing_is_known_before_every_paying_score_is_there():
    assert regime(1404).round_return({"corr60": 0.1, "mmc60": None}, 1.0) is None


def test_a_small_stake_is_paid_in_full_and_rounds_before_the_first_regime_follow_it():
    assert regime(1264).payout_factor(1_000) == 1.0
    assert regime(1264).payout_factor(0) == 1.0
    assert regime(0) is REGIMES[0]
    assert [regime(number).target for number in (1171, 1172, 1342, 1343)] == [
        "target_cyrusd_20",
        "target_ender_20",
        "target_ender_20",
        "target_ender_60",
    ]
