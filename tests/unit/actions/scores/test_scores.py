import pytest

from nab.actions.scores import scores
from nab.core.facts import RegimeSeen
from nab.core.outcomes.evidence import of
from nab.edges.numerai.api import Pays, ScoreConfig
from nab.tournament.scoring import payouts
from support.repository.benches import bench_on


def paying(name, multiplier, clip, stake=None):
    return ScoreConfig(
        display_name=name,
        is_payout=True,
        default_multiplier=multiplier,
        clip_threshold=clip,
        stake_threshold=stake,
    )


IDLE = ScoreConfig(display_name="v2_corr20", is_payout=False, clip_threshold=0.05)
BEFORE = Pays(
    number=1342,
    target="target_ender_20",
    payout_factor=0.0923,
    stake_threshold=72_000.0,
    round_score_configs=[paying("v2_corr20", 0.75, 0.05, 72_000.0), paying("mmc", 2.25, 0.05, 72_000.0)],
)
SINCE = Pays(
    number=1343,
    target="target_ender_60",
    payout_factor=1.0,
    round_score_configs=[paying("corr60", 3.0, 1.0), paying("mmc60", 15.0, 1.0), IDLE],
)


class Telling:
    """A Numerai that tells what rounds pay."""

    def __init__(self, *told):
        self.told = list(told)

    def pays(self):
        return self.told


@pytest.fixture
def bench(tmp_path):
    return bench_on(tmp_path)


def test_the_thresholds_are_kept_by_the_scores_that_pay():
    before, since = scores.regime(BEFORE), scores.regime(SINCE)

    assert before.clip_thresholds == {"v2_corr20": 0.05, "mmc": 0.05}
    assert before.stake_thresholds == {"v2_corr20": 72_000.0, "mmc": 72_000.0}
    assert before.stake_threshold == 72_000.0
    assert since.clip_thresholds == {"corr60": 1.0, "mmc60": 1.0}
    assert (since.stake_thresholds, since.stake_threshold) == ({}, None)


@pytest.mark.parametrize("told", [BEFORE, SINCE])
def test_they_have_the_units_by_which_the_local_tournament_pays(told):
    ours, known = payouts.regime(told.number), scores.regime(told)

    assert known.multipliers == ours.multipliers
    assert known.clip_thresholds == dict.fromkeys(ours.multipliers, ours.clip)
    assert known.stake_threshold == ours.stake_threshold


def test_a_regime_of_an_older_log_is_completed_when_rounds_are_asked_for_again(bench):
    old = RegimeSeen(target="target_ender_60", multipliers={"corr60": 3.0, "mmc60": 15.0}, payout_factor=1.0)
    bench.log.append(old, round=1343)
    scores.note_regimes(bench, Telling(SINCE), {1343})
    assert len(of(bench.log.events(), RegimeSeen)) == 1
    for _ in range(2):
        scores.note_regimes(bench, Telling(BEFORE, SINCE), {1342, 1343})

    assert [event.round for event, _ in of(bench.log.events(), RegimeSeen)] == [1343, 1342, 1343]
