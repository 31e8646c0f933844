import pytest

from nab.tournament.answers.operations import ANSWERS
from nab.tournament.play import rates
from nab.tournament.play.rates import LIMITS, Budgets, Enforced, Limit, TooMany


def spend(budgets, count, *, now=0.0, address="a", operation="createDiagnostics"):
    for _ in range(count):
        budgets.spend(address, [operation], now)


def test_the_sixth_diagnostics_of_a_minute_is_too_many_and_a_fifth_of_a_minute_later_one_more_is_had():
    budgets = Budgets(LIMITS)
    spend(budgets, 5)
    with pytest.raises(TooMany, match="createDiagnostics") as refused:
        spend(budgets, 1)
    assert refused.value.seconds == pytest.approx(12)

    spend(budgets, 1, now=12.01)
    with pytest.raises(TooMany):
        spend(budgets, 1, now=12.02)


def test_addresses_and_operations_have_budgets_of_their_own():
    budgets = Budgets({"a": Limit(1), "b": Limit(1)})
    spend(budgets, 1, operation="a")
    spend(budgets, 1, operation="b")
    spend(budgets, 1, operation="a", address="another")
    spend(budgets, 100, operation="c")


def test_a_request_that_is_refused_costs_nothing():
    budgets = Budgets({"a": Limit(1), "b": Limit(1)})
    with pytest.raises(TooMany):
        budgets.spend("x", ["b", "a", "a"], 0.0)
    budgets.spend("x", ["a", "b"], 0.0)
    with pytest.raises(TooMany):
        budgets.spend("x", ["b"], 0.0)


def test_a_bucket_never_holds_more_than_its_limit():
    budgets = Budgets({"a": Limit(2)})
    spend(budgets, 2, operation="a", now=1e6)
    with pytest.raises(TooMany):
        spend(budgets, 1, operation="a", now=1e6)


def test_full_buckets_are_forgotten(monkeypatch):
    monkeypatch.setattr(rates, "MOST_BUCKETS", 10)
    budgets = Budgets({"a": Limit(1)})
    for number in range(100):
        spend(budgets, 1, operation="a", now=1000.0 * number, address=str(number))

    assert len(budgets.left) <= 11


def test_what_is_limited_is_served():
    assert set(LIMITS) <= set(ANSWERS)


def test_which_limits_hold_can_be_chosen():
    assert Enforced.ALL.limits() == LIMITS
    assert set(Enforced.DIAGNOSTICS.limits()) == {"createDiagnostics"}
    assert Enforced.NONE.limits() == {}
