import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.recording.calls.lines import Call
from nab.core.text import times
from nab.core.usage.provider_waits import quiet_seconds
from support.records.logs import NOON

API = "api.anthropic.com"


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def asked(began, ended, status=200, host=API, **rest):
    return Call(
        time=times.text(at(began)), seconds=ended - began, status=status, host=host, category="llm", **rest
    )


def quiet(*calls, began=0, ended=100):
    return quiet_seconds(calls, at(began), at(ended))


@pytest.mark.parametrize("status", [429, 503, 529])
def test_a_program_sleeps_from_being_turned_away_to_its_next_try(status):
    assert quiet(asked(0, 10, status), asked(40, 50)) == 30


@pytest.mark.parametrize("status", [200, 400, 401, 500, None])
def test_after_any_other_answer_it_does_not(status):
    assert quiet(asked(0, 10, status), asked(40, 50)) == 0


def test_who_is_turned_away_again_and_again_sleeps_between():
    assert quiet(asked(0, 1, 429), asked(2, 3, 429), asked(5, 6, 429), asked(10, 11)) == 1 + 2 + 4


def test_a_sleep_ends_with_its_session():
    assert quiet(asked(0, 10, 429)) == 90


def test_what_is_asked_after_the_session_does_not_lengthen_its_sleep():
    assert quiet(asked(0, 10, 429), asked(40, 50), ended=30) == 20


def test_who_was_turned_away_before_the_session_does_not_sleep_in_it():
    assert quiet(asked(0, 10, 429), asked(40, 50), began=20) == 0


def test_while_another_call_is_under_way_nobody_sleeps():
    assert quiet(asked(0, 30), asked(5, 10, 429), asked(40, 50)) == 10
    assert quiet(asked(0, 60), asked(5, 10, 429), asked(40, 50)) == 0


def test_a_call_that_has_no_end_yet_is_under_way():
    begun = asked(0, 0, phase="start", id="long")

    assert quiet(begun, asked(5, 10, 429), asked(40, 50)) == 0


def test_a_call_that_was_cut_off_with_the_proxy_is_not_under_way_for_ever():
    begun = asked(0, 0, phase="start", id="long")
    again = Call(phase="proxy", time=times.text(at(20)))

    assert quiet(begun, asked(5, 10, 429), again, asked(40, 50)) == 20


def test_a_call_to_another_host_is_no_next_try():
    assert quiet(asked(0, 10, 429), asked(20, 21, host="api.openai.com"), asked(40, 50)) == 30


def test_the_sleeps_of_two_hosts_at_once_count_once():
    other = "api.openai.com"

    assert quiet(asked(0, 10, 429), asked(5, 20, 429, other), asked(40, 50), asked(60, 61, host=other)) == 50


def test_calls_that_are_no_models_say_nothing():
    page = Call(time=times.text(NOON), seconds=1, status=503, host="example.org", category="other")
    refused = asked(0, 10, 503, denied={"rule": "storage", "why": "full"})

    assert quiet(page, refused) == 0


def test_a_next_try_at_once_is_seen_though_the_record_has_whole_milliseconds():
    first = Call(time=times.text(NOON), seconds=10.0009, status=429, host=API, category="llm")

    assert quiet(first, asked(10, 12), asked(50, 60)) == 0


def test_a_line_without_a_time_is_left_out():
    assert quiet(asked(0, 10, 429), Call(time="soon", host=API, category="llm"), asked(40, 50)) == 30


CALLS = st.lists(
    st.builds(
        lambda began, length, status, host: asked(began, began + length, status, host),
        st.integers(-50, 150),
        st.integers(0, 60),
        st.sampled_from([200, 429, 529, None]),
        st.sampled_from([API, "api.openai.com"]),
    ),
    max_size=12,
)


@pytest.mark.full
@given(CALLS, st.randoms(use_true_random=False))
def test_no_order_of_the_calls_makes_a_difference(calls, chance: random.Random):
    mixed = list(calls)
    chance.shuffle(mixed)

    assert quiet(*mixed) == quiet(*calls)
    assert 0 <= quiet(*calls) <= 100


@pytest.mark.full
@given(CALLS)
def test_one_host_never_sleeps_while_it_is_asked(calls):
    mine = [call for call in calls if call.host == API]
    busy = [
        (times.parse(call.time), times.parse(call.time) + timedelta(seconds=call.seconds)) for call in mine
    ]
    free = sum(
        not any(first <= at(second) and at(second + 1) <= last for first, last in busy)
        for second in range(100)
    )

    assert quiet(*mine) <= free
