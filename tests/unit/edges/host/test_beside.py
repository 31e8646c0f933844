import threading

import pytest

from nab.edges.host import beside


def test_what_is_begun_goes_on_beside_whoever_began_it():
    told = threading.Event()
    result = beside.begin(lambda: told.wait(60))

    told.set()

    assert result.result(timeout=60) is True


def test_whoever_asks_for_the_result_gets_what_was_raised():
    with pytest.raises(ZeroDivisionError):
        beside.begin(lambda: 1 // 0).result(timeout=60)
