import numpy as np
import pytest
from numerai_tools.scoring import tie_kept_rank

from nab.tournament.market import field
from nab.tournament.market.market import SIZES, Market

MARKET = Market(5, SIZES["tiny"])


@pytest.fixture(scope="module")
def predictions():
    return field.field_predictions(MARKET, MARKET.live(1401).era)


def test_a_smaller_field_is_the_first_of_a_larger_one():
    names = [participant.name for participant in field.participants(5, 250)]

    assert field.participants(5) == field.participants(5, 250)[: field.PARTICIPANTS]
    assert (field.field_weights(MARKET) == field.field_weights(MARKET, 60)[:, : field.PARTICIPANTS]).all()
    assert len(set(names)) == 250


def test_every_tenth_participant_has_no_stake():
    stakes = [participant.stake for participant in field.participants(5)]

    assert [place for place, stake in enumerate(stakes) if stake == 0] == [0, 10, 20, 30]


def test_predictions_are_ranked_as_numerai_ranks_them(predictions):
    assert predictions.index.is_monotonic_increasing
    assert np.allclose(predictions, tie_kept_rank(predictions), rtol=1e-12)


def test_participants_agree_with_each_other_and_most_with_the_meta_model(predictions):
    stakes = {participant.name: participant.stake for participant in field.participants(5)}
    alike = predictions.corr().to_numpy()
    with_meta = predictions.corrwith(field.meta_model(predictions, stakes))

    assert np.median(alike[np.triu_indices_from(alike, 1)]) == pytest.approx(0.7, abs=0.15)
    assert with_meta.median() > 0.75


def test_unstaked_predictions_leave_the_meta_model_as_it_is(predictions):
    stakes = {participant.name: participant.stake for participant in field.participants(5)}
    unstaked = field.participants(5)[0].name
    changed = predictions.assign(**{unstaked: 0.5})

    assert field.meta_model(changed, stakes).equals(field.meta_model(predictions, stakes))


def test_a_models_weights_conform_as_much_as_its_kind_says():
    alike = field.weights(MARKET, field.Kind(0.9, 0.0), 70) @ field.weights(MARKET, field.Kind(0.9, 0.0), 71)

    assert np.linalg.norm(field.weights(MARKET, field.Kind(0.9, 0.3), 70)) == pytest.approx(1)
    assert alike == pytest.approx(0.81, abs=0.12)
