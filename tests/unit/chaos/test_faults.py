import re

import pytest

from nab.chaos import faults
from nab.chaos.faults import CAMPAIGNS, COUNTED, NEEDS
from nab.core.errors import NabError
from support.repository.benches import REPOSITORY

LISTED = faults.load()
TESTS = sorted({test for fault in LISTED for test in fault.tests(set(NEEDS))})


def test_every_fault_is_there_once_and_is_tried_by_something_or_says_what_is_missing():
    assert [fault.id for fault in LISTED] == [f"F{number:02}" for number in range(1, 46)]
    assert [
        fault.id for fault in LISTED if not (fault.tests(set(NEEDS)) or fault.campaign or fault.missing)
    ] == []
    assert all(fault.says.endswith(".") and fault.promise.endswith(".") for fault in LISTED)
    assert {fault.campaign for fault in LISTED} == {"", *CAMPAIGNS}
    assert {fault.counts for fault in LISTED} == {"", *COUNTED}


@pytest.mark.parametrize("test", TESTS)
def test_every_test_that_is_named_exists(test):
    file, _, name = test.partition("::")
    text = (REPOSITORY / file).read_text(encoding="utf-8")

    assert not name or re.search(rf"^def {re.escape(name)}\(", text, re.MULTILINE), test


def test_only_what_a_machine_can_run_is_asked_for():
    (power,) = faults.named(LISTED, ["F01"])

    assert power.tests({"quick"}) == power.quick
    assert set(power.tests({"quick", "longer"})) == {*power.quick, *power.longer}


def test_a_fault_that_there_is_not_and_a_list_that_is_none_are_a_sentence():
    with pytest.raises(NabError, match="no fault F99"):
        faults.named(LISTED, ["F99"])
    with pytest.raises(NabError, match="cannot be read"):
        faults.load(b"[[fault]]\nid = 1\n")
