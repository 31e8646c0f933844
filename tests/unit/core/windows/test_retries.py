from datetime import timedelta
from email.utils import format_datetime

import pytest

from nab.core.windows.retries import Patience, retry_after
from support.records.logs import NOON


@pytest.mark.parametrize(
    ("status", "asked", "tries", "left", "wait"),
    [
        (None, None, 1, 100, 1.0),
        (504, None, 1, 100, 1.0),
        (429, 30.0, 1, 100, 30.0),
        (429, 60.0, 1, 100, None),
        (504, None, 2, 100, None),
        (504, None, 1, 1.5, None),
        (200, None, 1, 100, None),
        (401, None, 1, 100, None),
    ],
    ids=["no answer", "gateway", "asked to wait", "too long", "tried twice", "no time", "odd", "refused"],
)
def test_a_question_is_asked_again_only_where_that_is_worth_it(status, asked, tries, left, wait):
    assert Patience().wait(status, asked, tries, left) == wait


def test_no_timeout_is_longer_than_what_is_left():
    assert Patience().timeouts(4.0) == (4.0, 4.0)
    assert Patience().timeouts(400.0) == (10.0, 60.0)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("30", 30.0),
        ("-1", 0.0),
        (format_datetime(NOON + timedelta(seconds=90)), 90.0),
        (format_datetime(NOON - timedelta(seconds=90)), 0.0),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_what_numerai_asks_us_to_wait_is_read_in_both_forms(written, seconds):
    assert retry_after(written, NOON) == seconds
