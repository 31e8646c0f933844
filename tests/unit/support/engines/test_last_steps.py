"""The end of what a test has made."""

import pytest

from support.engines.last_steps import ended_by

taken = []


@pytest.fixture(autouse=True)
def none_taken():
    taken.clear()


def well():
    taken.append("well")


def badly():
    taken.append("badly")
    raise OSError("the end went wrong")


def test_the_error_of_a_test_is_not_hidden_by_one_at_its_end():
    with pytest.raises(ValueError, match="the test went wrong") as raised, ended_by(badly, well):
        raise ValueError("the test went wrong")

    assert taken == ["badly", "well"]
    assert raised.value.__notes__ == ["and at the end: OSError: the end went wrong"]


def test_a_failure_that_is_no_exception_of_pythons_own_is_not_hidden_either():
    with pytest.raises(pytest.fail.Exception, match="it took too long"), ended_by(badly, well):
        pytest.fail("it took too long")

    assert taken == ["badly", "well"]


def test_an_error_at_the_end_of_a_test_that_went_well_is_raised_when_every_step_is_taken():
    with pytest.raises(OSError, match="the end went wrong"), ended_by(badly, well):
        pass

    assert taken == ["badly", "well"]


def test_where_nothing_goes_wrong_nothing_is_raised():
    with ended_by(well, well):
        assert taken == []

    assert taken == ["well", "well"]
