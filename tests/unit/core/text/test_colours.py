"""Which words have a colour."""

import pytest

from nab.core.text import colours


def styles(text):
    return [(found[0], found.lastgroup) for found in colours.ONE.finditer(text)]


@pytest.mark.parametrize("text", ["verified LATE", "it was late", "<-- late: is nab-watch.timer running?"])
def test_what_is_late_never_looks_like_what_is_on_time(text):
    late, on_time = colours.painted(text), colours.painted("verified on-time")

    assert ("on-time", "good") in styles("verified on-time")
    assert {kind for _, kind in styles(text)} <= {"late", "bad"}
    assert late != text and on_time != "verified on-time"


def test_words_inside_other_words_have_none():
    assert colours.painted("latency translated okay undone") == "latency translated okay undone"
