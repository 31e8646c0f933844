from decimal import Decimal

import msgspec
import pytest

from nab.core.facts import Counts, UsageCounted
from nab.core.text.tables import plain
from nab.core.usage.cost_tables import off, time, written
from nab.core.usage.costs import CostSummary, Totals, named, used
from nab.core.usage.working_time import Spent
from support.records.answers_of_models import MODEL
from support.records.logs import Log


def counted(model=MODEL, usd=0.5, answers=1, own=None, **rest):
    return UsageCounted(
        session="work-1",
        provider="openai",
        model=model,
        answers=answers,
        cut=rest.pop("cut", 0),
        counts=Counts(**rest.pop("counts", {"input": 100, "output": 10} if answers else {})),
        upto=rest.pop("upto", 1),
        usd=usd,
        own=own,
        prices="1" if answers else "",
        **rest,
    )


def totals(*facts, run="r1"):
    log = Log()
    for fact in facts:
        log.add(fact, run=run)
    return used(log.events)


def test_counts_of_a_run_add_up():
    found = totals(counted(usd=0.1), counted(usd=0.2, cut=1), counted("other", usd=1.0))

    assert [one.model for one in found.models] == [MODEL, "other"]
    assert (found.models[0].answers, found.models[0].cut) == (2, 1)
    assert found.models[0].counts == Counts(input=200, output=20)
    assert found.usd == Decimal("1.3"), "a tenth and two tenths are three tenths"
    assert found.cost == "$1.30"


def test_what_has_no_price_leaves_the_rest_as_the_least_that_it_cost():
    found = totals(counted(usd=1.23), counted("other", usd=None))

    assert found.cost == "at least $1.23"
    assert [one.cost for one in found.models] == ["$1.23", "unpriced"]
    assert found.told.usd is None
    assert found.told.usd_at_least == 1.23


def test_a_model_that_had_a_price_for_a_while_cost_at_least_that():
    assert totals(counted(usd=1.5), counted(usd=None)).models[0].cost == "at least $1.50"


@pytest.mark.parametrize(
    ("usd", "words"),
    [
        (0.0, "$0.00"),
        (0.0012346, "$0.001235"),
        (0.0123, "$0.0123"),
        (1.234, "$1.23"),
        (1234.5, "$1,234.50"),
    ],
)
def test_an_amount_is_written_with_the_digits_that_tell_it_from_nothing(usd, words):
    assert totals(counted(usd=usd)).cost == words


def test_nothing_used_costs_nothing():
    assert totals().cost == "$0.00"


def test_what_the_program_counts_stands_beside_and_the_last_word_is_right():
    found = totals(
        counted(),
        counted(answers=0, usd=None, own=Counts(input=1)),
        counted(answers=0, usd=None, own=Counts(input=100, output=12)),
    )

    assert found.models[0].own == Counts(input=100, output=12)
    assert found.models[0].difference == 2
    assert found.models[0].answers == 1
    assert found.cost == "$0.50"


def test_what_programs_of_several_runs_count_adds_up():
    log = Log()
    for run in ("r1", "r2"):
        log.add(counted(), run=run)
        log.add(counted(answers=0, usd=None, own=Counts(input=100, output=10)), run=run)

    assert used(log.events).models[0].own == Counts(input=200, output=20)
    assert used(log.events).models[0].difference == 0


def test_a_program_names_its_model_without_the_date_that_answers_name():
    own = {MODEL: Counts(input=1), "small": Counts(input=2)}

    assert named(own, [f"{MODEL}-2026-09-29"]) == {
        f"{MODEL}-2026-09-29": Counts(input=1),
        "small": Counts(input=2),
    }
    assert named(own, [MODEL, f"{MODEL}-2026-09-29"])[MODEL] == Counts(input=1)


def test_what_is_told_is_read_again_from_its_json():
    told = totals(counted(), counted("other", usd=None, odd=1)).told

    assert msgspec.json.decode(msgspec.json.encode(told), type=CostSummary) == told
    assert told.models[1].odd == 1
    assert told.prices == ("1",)


def test_a_table_shows_the_programs_own_count_and_how_far_it_is_off():
    own = counted(answers=0, usd=None, own=Counts(input=100, output=21))
    text = plain(
        written("r1", totals(counted(cut=1), own), Spent(3700, {"quota": 65.0, "network": 5.0}, 3770))
    )

    assert "openai/gpt-6.1-sol" in text
    assert "+11 tokens (+10.00 %)" in text
    assert "cost: $0.50, by the price list 1" in text
    assert "answers that broke off: 1;" in text
    assert "time: working 1 h 01 min, waiting 5 s for network, 1 min for quota, of 1 h 02 min" in text


def test_a_table_of_nothing_says_so():
    assert "no model has answered yet" in plain(written("r1", Totals(), Spent(0, {}, 0)))


def test_a_models_name_does_not_drive_the_terminal():
    assert "\x1b" not in plain(written("r1", totals(counted("a\x1b[2Jb")), Spent(0, {}, 0)))


def test_no_difference_is_said_in_words():
    assert off(0, 5) == "the same"
    assert off(3, 0) == "+3 tokens"


def test_a_short_time_is_in_seconds():
    assert time(Spent(40, {}, 40)) == "time: working 40 s, of 40 s"
