import numpy as np
import pytest

from nab.tournament.market import securities
from nab.tournament.market.securities import LIFE_DAYS, Securities

SLOTS = Securities(seed=4, slots=600, modelled=30, small=20)


def likeness(one, other):
    return np.corrcoef(one.ravel(), other.ravel())[0, 1]


def forget_everything():
    for cached in (securities.drawn, securities.latent_of_week, securities.returns_on, securities.phases):
        cached.cache_clear()


def test_a_round_later_nineteen_of_twenty_daily_returns_are_the_same():
    today, tomorrow = (np.diff(SLOTS.cumulative_returns(day, 21), axis=1) for day in (1401, 1402))

    assert today[:, 1:] == pytest.approx(tomorrow[:, :-1], abs=1e-5)
    assert abs(likeness(today[:, :-1], tomorrow[:, :-1])) < 0.05


@pytest.mark.parametrize("days", [1, 5, 10, 19])
def test_features_are_forgotten_a_little_every_day(days):
    assert likeness(SLOTS.features(1401), SLOTS.features(1401 + days)) == pytest.approx(
        1 - days / 56.5, abs=0.03
    )


def test_in_two_years_every_security_is_another():
    assert abs(likeness(SLOTS.features(1401), SLOTS.features(1401 + LIFE_DAYS))) < 0.05


def test_a_security_keeps_half_of_its_features_as_long_as_it_is_listed():
    first, later = SLOTS.features(1401), SLOTS.features(1501)
    kept = (first[:, ::2] == later[:, ::2]).all(axis=1)

    assert kept.mean() == pytest.approx(1 - 100 / LIFE_DAYS, abs=0.05)
    assert not (first[:, 1::2] == later[:, 1::2]).all(axis=1).any()


def test_any_day_is_the_same_whether_or_not_the_days_before_it_were_looked_at():
    forget_everything()
    alone = SLOTS.features(3000), SLOTS.cumulative_returns(3000, 60)
    forget_everything()
    for day in range(2980, 3000):
        SLOTS.cumulative_returns(day, 60)

    assert (SLOTS.features(3000) == alone[0]).all()
    assert (SLOTS.cumulative_returns(3000, 60) == alone[1]).all()


def test_fewer_rows_are_the_first_of_more():
    many = securities.features(4, 1, 1401, (600, 21))
    few = securities.features(4, 1, 1401, (123, 21))

    assert (many[:123] == few).all()


def test_what_is_remembered_does_not_grow_with_the_days():
    for day in range(1401, 1801):
        SLOTS.cumulative_returns(day, 20)

    assert securities.returns_on.cache_info().currsize <= 256
    assert securities.drawn.cache_info().currsize <= 12


def test_bins_are_of_equal_size_and_features_of_a_group_agree():
    features = SLOTS.features(1401)
    shares = np.bincount(features.ravel(), minlength=5) / features.size
    same_group = [likeness(features[:, i], features[:, i + 16]) for i in range(14)]
    other_group = [likeness(features[:, i], features[:, i + 2]) for i in range(14)]

    assert shares == pytest.approx(np.full(5, 0.2), abs=0.01)
    assert np.mean(same_group) == pytest.approx(0.22, abs=0.05)
    assert np.mean(other_group) == pytest.approx(0, abs=0.05)
