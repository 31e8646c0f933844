from dataclasses import replace

import pytest

from nab.chaos import mutants
from nab.chaos.mutant_list import MUTANTS
from nab.chaos.mutants import Mutant
from nab.chaos.proxy_mutants import MUTANTS as PROXY_MUTANTS
from nab.core.errors import NabError
from support.repository.benches import REPOSITORY

HARMLESS = Mutant(
    "nothing is changed", "outcomes/clock_skew.py", "SKEWED_SECONDS = 60.0", "SKEWED_SECONDS = 6e1"
)


@pytest.mark.parametrize("mutant", MUTANTS + PROXY_MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_can_be_planted_in_the_code_as_it_is(mutant):
    text = (REPOSITORY / mutant.folder / mutant.file).read_text()

    assert text.count(mutant.text) == 1
    assert mutant.instead != mutant.text


def test_the_list_has_the_two_mistakes_that_were_really_made_and_enough_others():
    assert "before the level is asked" in MUTANTS[0].name
    assert "24" in MUTANTS[1].name
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 10


@pytest.mark.full
def test_a_mistake_is_noticed_and_what_is_none_is_not(monkeypatch):
    monkeypatch.setattr(mutants, "TESTS", ("outcomes/test_clock_skew",))
    monkeypatch.setattr(mutants, "PROXY_TESTS", ())
    (harmful,) = [mutant for mutant in MUTANTS if mutant.file == HARMLESS.file]

    assert mutants.try_out(REPOSITORY, HARMLESS)[0] == ""
    assert mutants.try_out(REPOSITORY, harmful)[0].startswith("test_clock_skew.py::")


@pytest.mark.full
def test_a_mistake_in_the_proxy_is_noticed_by_its_own_tests(monkeypatch):
    monkeypatch.setattr(mutants, "PROXY_TESTS", ("network/test_digits",))
    (harmful,) = [mutant for mutant in PROXY_MUTANTS if mutant.file == "network/digits.py"]

    assert mutants.try_out(REPOSITORY, harmful)[0].startswith("test_digits.py::")


@pytest.mark.full
def test_a_mutant_whose_text_is_gone_says_so():
    with pytest.raises(NabError, match=r"its text is 0 times in outcomes/clock_skew\.py"):
        mutants.try_out(REPOSITORY, replace(HARMLESS, text="no such text"))
