import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keys import leaks

NEEDLES = (b"nab-placeholder", b"SECRETKEY", b"aab")


def pieces(body, cuts):
    places = sorted({0, len(body), *(cut % (len(body) + 1) for cut in cuts)})
    return [body[start:end] for start, end in itertools.pairwise(places)]


def passed(tap, body, cuts):
    return b"".join(tap(piece) for piece in [*pieces(body, cuts), b""])


CUTS = st.lists(st.integers(0, 500), max_size=12)
TEXT = st.lists(
    st.sampled_from([b"a", b"b", b"nab-", b"placeholder", b"SECRET", b"KEY", b"x"]), max_size=30
).map(b"".join)


@pytest.mark.full
@given(TEXT, CUTS)
def test_a_body_passes_whole_or_without_any_needle(body, cuts):
    alarms = []
    out = passed(leaks.Watch(NEEDLES, alarms.append), body, cuts)

    if any(needle in body for needle in NEEDLES):
        assert len(alarms) == 1
        assert body.startswith(out)
        assert not any(needle in out for needle in NEEDLES)
    else:
        assert (out, alarms) == (body, [])


@given(TEXT, CUTS)
def test_an_answer_keeps_its_length_and_loses_the_needles(body, cuts):
    out = passed(leaks.Mask(NEEDLES), body, cuts)

    assert len(out) == len(body)
    assert not any(needle in out for needle in NEEDLES)


def test_nothing_is_held_back_that_cannot_become_a_needle():
    watch = leaks.Watch((b"nab-placeholder",), pytest.fail)

    assert watch(b"data: hello\n") == b"data: hello\n"
    assert watch(b"nab") == b""
    assert watch(b"o") == b"nabo"


def test_a_body_without_needles_to_look_for_passes():
    assert passed(leaks.Mask(()), b"abc", [1]) == b"abc"


@pytest.mark.parametrize(
    "text",
    [
        "nab-placeholder-id",
        "x%6Eab-placeholder",
        "x%256Eab%252Dplaceholder",
        "bmFiLXBsYWNlaG9sZGVyLWlk",
        "eG5hYi1wbGFjZWhvbGRlci1pZA",
    ],
    ids=["plain", "percent", "percent twice", "base64", "base64 at another place"],
)
def test_a_placeholder_is_found_however_it_is_written(text):
    assert leaks.found(f"Basic {text}", ()) == "a placeholder"


def test_an_innocent_text_is_innocent():
    assert leaks.found("Mozilla/5.0 (X11; Linux x86_64) %E2%82%AC dG9rZW4gaGVyZQ==", ("TOPSECRET",)) is None
