import pytest

from nab.core.errors import NabError
from nab.tournament.play.faults import KINDS, Faults, parse


@pytest.mark.parametrize("name", KINDS)
def test_a_fault_reads_back_as_it_is_written(name):
    assert parse(str(parse(name))) == parse(name)


def test_what_is_told_takes_the_place_of_what_is_usual():
    fault = parse("hanging:seconds=2.5,operation=rounds")

    assert fault.number("seconds") == 2.5
    assert fault.hits(["rounds"])
    assert not fault.hits(["account"])
    assert fault.number("times") == 0


@pytest.mark.parametrize(
    "text", ["", "no-such", "gap-error:seconds=1", "html:times=-1", "html:times=", "html:times=nan"]
)
def test_nonsense_is_refused(text):
    with pytest.raises(NabError):
        parse(text)


def test_a_fault_strikes_as_often_as_it_is_told_and_is_then_off():
    heard = []
    faults = Faults(changed=lambda active: heard.append(list(active)))
    faults.add(parse("storage-refuses:times=2"))

    assert [bool(faults.strike("storage-refuses")) for _ in range(3)] == [True, True, False]
    assert heard == [["storage-refuses"], []]


def test_what_was_used_up_is_counted_until_all_is_cleared():
    faults = Faults()
    faults.add(parse("html:times=1"))
    faults.strike("html")

    assert (faults.active, faults.struck) == ({}, {"html": 1})
    faults.clear()
    assert faults.struck == {}


def test_a_fault_without_times_strikes_until_it_is_cleared():
    faults = Faults()
    faults.add(parse("html"))
    assert all(faults.strike("html", ["rounds"]) for _ in range(50))

    assert faults.clear("html") == ["html"]
    assert faults.strike("html", ["rounds"]) is None
    assert faults.clear() == []


def test_every_address_has_a_budget_of_its_own():
    faults = Faults()
    faults.add(parse("too-many-requests:budget=2,operation=rounds"))
    asked = [faults.over_budget(address, ["rounds"]) for address in "aaabbb"]

    assert asked == [False, False, True, False, False, True]
    assert faults.over_budget("a", ["account"]) is False
