from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab import agents
from nab.actions.usage import counting
from nab.core.errors import NabError
from nab.core.facts import Counts
from nab.core.usage.prices import cost, joined, lent, read
from support.repository.benches import REPOSITORY

ROW = """
[[price]]
provider = "acme"
model = "big"
from = 2026-01-01
input = 2
cache_read = 0.10
output = 10
source = "a page"
"""
HEAD = 'version = "1"\n'
SHIPPED = read(Path(counting.PRICES).read_text(), "prices.toml")


def table(*rows):
    return read(HEAD + "".join(rows), "prices.toml")


def at(year=2026, month=6, day=1):
    return datetime(year, month, day, 12, tzinfo=UTC)


def only(*more):
    return table(ROW + "".join(more)).rows[0]


def test_an_answer_costs_what_its_tokens_cost_exactly():
    counts = Counts(input=100, cache_read=3, output=7, reasoning=5)

    assert cost(only(), counts, None) == Decimal("0.0002703")


def test_a_kind_of_tokens_without_a_price_makes_the_answer_unpriced_and_not_free():
    assert cost(only(), Counts(input=100, cache_write=1), None) is None
    assert cost(only(), Counts(input=100), None) == Decimal("0.0002")


def test_a_long_prompt_makes_the_whole_answer_dearer():
    price = only("[price.above]\ntokens = 100\ninput = 4\noutput = 15\n")

    assert cost(price, Counts(input=100, output=1), None) == Decimal("0.00021")
    assert cost(price, Counts(input=101, output=1), None) == Decimal("0.000419")
    assert cost(price, Counts(input=1, cache_read=100), None) is None, "no price above for what was cached"


def test_what_is_written_into_a_cache_for_an_hour_has_a_price_of_its_own():
    price = only("cache_write = 2.5\ncache_write_1h = 5\n")

    assert cost(price, Counts(cache_write=10), 4) == Decimal("0.000035")
    assert cost(price, Counts(cache_write=10), 0) == Decimal("0.000025")
    assert cost(price, Counts(cache_write=10), None) is None, "nobody said how it was written"
    assert cost(price, Counts(cache_write=10), 11) is None
    assert cost(price, Counts(input=1), None) == Decimal("0.000002")


def test_a_price_is_that_of_the_day_in_utc():
    prices = table(
        ROW.replace("source", "until = 2026-06-30\nsource"), ROW.replace("2026-01-01", "2026-07-01")
    )

    assert prices.rates("acme", "big", at(2025, 12, 31)) is None
    assert prices.rates("acme", "big", datetime.fromisoformat("2026-07-01T01:00:00+02:00")).since == date(
        2026, 1, 1
    )
    assert prices.rates("acme", "big", datetime.fromisoformat("2026-07-01T00:00:00Z")).since == date(
        2026, 7, 1
    )


def test_a_model_is_known_by_its_exact_name():
    prices = table(ROW)

    for provider, model in (("acme", "big-2026-01-01"), ("acme", "bigger"), ("other", "big"), ("acme", "")):
        assert prices.rates(provider, model, at()) is None


@pytest.mark.parametrize("model", ["big", "big-20260102", "big-2026-01-02"])
def test_a_dated_name_is_a_state_of_the_same_model_where_the_row_says_so(model):
    prices = table(ROW + "dated = true\n")

    assert prices.rates("acme", model, at()) is not None
    for other in ("big-pro", "big-pro-2026-01-02", "big-2026", "big-2026-01-02-x"):
        assert prices.rates("acme", other, at()) is None


def test_of_two_prices_the_one_that_names_the_model_exactly_counts():
    exact = ROW.replace('"big"', '"big-20260102"').replace("input = 2", "input = 3")
    prices = table(ROW + "dated = true\n", exact)

    assert prices.rates("acme", "big-20260102", at()).input == 3
    assert prices.rates("acme", "big", at()).input == 2


def test_the_operators_prices_count_in_the_place_of_ours():
    own = read('version = "mine"\n' + ROW.replace("input = 2", "input = 1"), "own")
    both = joined(table(ROW, ROW.replace("big", "small")), own)

    assert both.rates("acme", "big", at()).input == 1
    assert both.rates("acme", "small", at()).input == 2
    assert both.version == "1+mine"


MISTAKES = {
    "input = -1 is no price": ROW.replace("input = 2", "input = -1"),
    "input = NaN is no price": ROW.replace("input = 2", "input = nan"),
    "price[0].from": ROW.replace("2026-01-01", '"soon"'),
    "price[0].input": ROW.replace("input = 2", 'input = "cheap"'),
    "missing required field `source`": ROW.replace("source", "# source"),
    "missing required field `input`": ROW.replace("input", "# input"),
    "unknown key `inptu`": ROW + "inptu = 2\n",
    "ends before it begins": ROW + "until = 2025-12-31\n",
    "hold at the same time": ROW + ROW,
    "is not TOML": "[[price",
}


@pytest.mark.parametrize("complaint", MISTAKES)
def test_a_mistake_is_told_with_its_place(complaint):
    with pytest.raises(NabError) as told:
        table(MISTAKES[complaint])

    assert complaint in told.value.message
    assert told.value.message.startswith("prices.toml")
    assert "docs/accounting.md" in told.value.hint


@given(st.integers(0, 1 << 40), st.integers(0, 1 << 40), st.integers(1, 50))
def test_many_answers_cost_as_much_as_all_their_tokens(input, output, times):
    one = cost(only(), Counts(input=input, output=output), None)

    assert one * times == cost(only(), Counts(input=input * times, output=output * times), None)


def test_every_coding_agents_own_model_has_a_price_with_a_source():
    for spec in agents.agents(REPOSITORY / "images"):
        if spec.cli:
            price = SHIPPED.rates(spec.cli.provider, spec.cli.model, at(2026, 11, 24))
            assert price is not None, spec.cli.model
    assert all(" 20" in row.source or "2026" in row.source for row in SHIPPED.rows)


@pytest.mark.parametrize(
    ("provider", "model", "counts", "usd"),
    [
        ("anthropic", "claude-opus-5-5", Counts(input=1_000_000, output=100_000), "6"),
        ("anthropic", "claude-haiku-5-5", Counts(input=100_001), "0.0500005"),
        ("openai", "gpt-6.1-sol-2026-09-29", Counts(cache_read=200_000, output=1_000), "0.03"),
        ("google", "gemini-3.8-flash", Counts(input=1_000_000), "0.75"),
    ],
)
def test_the_shipped_prices_are_those_of_the_vendors(provider, model, counts, usd):
    assert cost(SHIPPED.rates(provider, model, at(2026, 11, 24)), counts, None) == Decimal(usd)


def test_a_provider_has_the_prices_that_another_lends_it_and_its_own_before_them():
    known = read(
        HEAD
        + ROW
        + ROW.replace('"big"', '"small"')
        + ROW.replace('"acme"', '"mine"').replace('"big"', '"small"').replace("input = 2", "input = 0"),
        "prices.toml",
    )
    at = datetime(2026, 5, 16, tzinfo=UTC)

    found = lent(known, {"mine": "acme", "other": "other", "third": "nobody"})

    assert [found.rates("mine", model, at).input for model in ("big", "small")] == [2, 0]
    assert found.rates("third", "big", at) is None
    assert len(found.rows) == 4
