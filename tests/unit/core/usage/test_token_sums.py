import tracemalloc
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.facts import Counts
from nab.core.usage.prices import read
from nab.core.usage.token_sums import MANY, Sums
from support.records.answers_of_models import MODEL, line

PRICES = read(
    """
version = "1"
[[price]]
provider = "openai"
model = "gpt-6.1-sol"
from = 2026-11-24
input = 2
cache_read = 0.1
output = 10
source = "a page"
[[price]]
provider = "anthropic"
model = "opus"
from = 2026-01-01
input = 4
cache_write = 5
cache_write_1h = 8
output = 20
source = "a page"
""",
    "prices.toml",
)


def summed(*lines):
    sums = Sums(PRICES)
    for one in lines:
        sums.see(one)
    return sums.found


def test_answers_add_up_by_provider_and_model():
    found = summed(
        line(cache_read=5, reasoning=4), line(), line(model="other"), line(provider="google", model=MODEL)
    )

    one = found["openai", MODEL]
    assert (one.answers, one.cut, one.odd) == (2, 0, 0)
    assert one.counts == Counts(input=200, cache_read=5, output=20, reasoning=4)
    assert one.usd == Decimal("0.0006005")
    assert set(found) == {("openai", MODEL), ("openai", "other"), ("google", MODEL)}


def test_an_answer_in_a_websocket_counts_and_the_beginning_of_a_call_does_not():
    found = summed(line("usage"), line("usage"), line("start"), line("done"))

    assert found["openai", MODEL].answers == 3


def test_what_was_not_said_counts_as_none():
    found = summed(line(input=None, output=None, model=None, complete=False))

    assert found["openai", ""].counts == Counts()
    assert found["openai", ""].cut == 1


def test_lines_of_other_things_and_torn_ones_say_nothing():
    assert summed(b'{"phase":"done","usage":null}\n', b"", b'{"phase":"coverage"}\n', line()[:-40]) == {}


def test_an_answer_that_an_agent_writes_into_a_path_is_none():
    path = b'{"phase":"done","path":"/?x=\\"usage\\":{\\"provider\\":\\"openai\\"}","usage":null}\n'

    assert summed(path) == {}


@pytest.mark.parametrize("odd", ["12", -1, 1 << 50, 1 << 80, 1.5, True, [1], {}])
@pytest.mark.parametrize("kind", ["input", "output", "cache_read", "reasoning"])
def test_counts_that_cannot_be_are_in_no_sum_and_are_told_of(kind, odd):
    found = summed(line(), line(**{kind: odd}))["openai", MODEL]

    assert (found.answers, found.odd) == (2, 1)
    assert found.counts == Counts(input=100, output=10)
    assert found.usd is None


def test_an_answer_without_a_provider_or_with_an_endless_name_is_odd():
    found = summed(line(provider=None), line(model="x" * 129))

    assert found["", MODEL].odd == 1
    assert found["openai", ""].odd == 1


def test_a_price_is_that_of_the_time_of_the_call():
    found = summed(line(), line(time="2026-11-23T23:59:59.999Z"))

    assert summed(line())["openai", MODEL].usd == Decimal("0.0003")
    assert found["openai", MODEL].usd is None, "before that day there was no price"
    assert summed(line(time="soon"))["openai", MODEL].usd is None


def test_what_was_written_for_an_hour_is_read_from_the_providers_own_counts():
    about = {"provider": "anthropic", "model": "opus", "input": 0, "output": 0, "cache_write": 10}

    def usd(raw):
        return summed(line(**about, raw=raw))["anthropic", "opus"].usd

    split = {"ephemeral_5m_input_tokens": 6, "ephemeral_1h_input_tokens": 4}
    assert usd({"cache_creation": split}) == Decimal("0.000062")
    for unknown in (None, {}, {"cache_creation": 3}, {"cache_creation": {"ephemeral_1h_input_tokens": "4"}}):
        assert usd(unknown) is None


def test_a_fact_says_it_all():
    sums = Sums(PRICES)
    for one in (line(), line(complete=False), line(model="other")):
        sums.see(one)

    first, second = sums.facts("work-1", 999)

    assert (first.model, first.answers, first.cut, first.usd, first.prices) == (MODEL, 2, 1, 0.0006, "1")
    assert (second.model, second.usd, second.upto) == ("other", None, 999)
    assert msgspec.json.decode(msgspec.json.encode(first), type=type(first)) == first


def test_however_many_models_answer_the_sums_are_a_hundred():
    found = summed(*(line(model=f"m{number}") for number in range(150)))

    assert len(found) == 101
    assert found[MANY, MANY].answers == 50


@pytest.mark.full
def test_memory_does_not_grow_with_the_record():
    sums, one = Sums(PRICES), line(cache_read=5)
    for _ in range(100):
        sums.see(one)
    tracemalloc.start()
    for _ in range(20_000):
        sums.see(one)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 100_000


@given(st.lists(st.tuples(st.integers(0, 1 << 49), st.integers(0, 1 << 49)), max_size=8), st.data())
def test_it_makes_no_difference_where_a_record_is_cut(counts, data):
    lines = [line(input=input, output=output) for input, output in counts]
    place = data.draw(st.integers(0, len(lines)))

    whole = summed(*lines).get(("openai", MODEL))
    parts = [part.get(("openai", MODEL)) for part in (summed(*lines[:place]), summed(*lines[place:]))]
    present = [part for part in parts if part]
    assert sum(part.answers for part in present) == (whole.answers if whole else 0)
    assert sum(part.usd for part in present) == (whole.usd if whole else 0)
    assert sum(part.counts.output for part in present) == (whole.counts.output if whole else 0)
