import base64
import html
import itertools
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keys import disguises, leaks

SECRET = b"sk-ant-api03-aB$/+xY_9-&z"
DISGUISES = {
    "plain": lambda text: text,
    "backwards": lambda text: text[::-1],
    "hex": lambda text: text.hex().encode(),
    "HEX": lambda text: text.hex().upper().encode(),
    "an address": lambda text: quote(text, safe="").encode(),
    "an address in an address": lambda text: quote(quote(text, safe=""), safe="").encode(),
    "every byte of an address": lambda text: "".join(f"%{byte:02X}" for byte in text).encode(),
    "JSON": lambda text: json.dumps(text.decode()).encode(),
    "JSON with slashes": lambda text: json.dumps(text.decode()).replace("/", r"\/").encode(),
    "JSON's escapes": lambda text: "".join(f"\\u{byte:04x}" for byte in text).encode(),
    "HTML": lambda text: html.escape(text.decode()).encode(),
    "HTML's numbers": lambda text: "".join(f"&#{byte};" for byte in text).encode(),
}


@pytest.mark.parametrize("dress", DISGUISES.values(), ids=DISGUISES)
def test_a_key_is_starred_out_in_whatever_form_it_comes_back(dress):
    shown = dress(SECRET).strip(b'"')

    left = leaks.masked(b'{"echo": "' + shown + b'", "a": 1}', (SECRET,))

    assert left == b'{"echo": "' + b"*" * len(shown) + b'", "a": 1}'


@given(st.binary(max_size=9), st.binary(max_size=9), st.sampled_from([b"+/", b"-_"]))
def test_of_a_key_in_base64_only_the_letters_that_others_share_are_left(before, after, letters):
    encoded = base64.b64encode(before + SECRET + after, letters)

    left = leaks.masked(encoded, (SECRET,))

    assert len(left) == len(encoded)
    assert left.count(b"*") >= len(SECRET) * 4 // 3 - 4


@given(st.sampled_from(sorted(DISGUISES)), st.lists(st.integers(0, 400), max_size=6))
def test_a_stream_that_is_cut_anywhere_lets_no_form_through(name, cuts):
    shown = DISGUISES[name](SECRET).strip(b'"')
    body = b"x" * 20 + shown + b"y" * 20
    places = sorted({0, len(body), *(cut % len(body) for cut in cuts)})
    mask = leaks.Mask((SECRET,))

    passed = [mask(body[begin:end]) for begin, end in itertools.pairwise(places)]

    assert b"".join([*passed, mask(b"")]) == b"x" * 20 + b"*" * len(shown) + b"y" * 20


def test_a_short_text_has_no_disguises():
    assert disguises.every((b"abc",)) == (b"abc",)
