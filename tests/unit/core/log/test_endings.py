import zlib
from datetime import UTC, datetime

import pytest

from nab.core.facts import Poll
from nab.core.log.endings import Ending, ending
from nab.core.log.events import FIRST, Draft, Stamp, encode, link, seal

STAMP = Stamp(datetime(2026, 5, 16, tzinfo=UTC), "0a1b2c3d", 1.0, "test 1")


def chain_of(*errors: str) -> list[bytes]:
    head, lines = FIRST, []
    for number, error in enumerate(errors):
        event = seal(Draft(fact=Poll(ok=False, error=error), id=f"id{number}"), head, STAMP)
        lines.append(encode(event))
        head = link(event, lines[-1])
    return lines


A, B, C = chain_of("x", 'a brace } and "}" in words', "")
NO_A, NO_B = A[:-1], B[:-1]


def test_a_line_as_it_was_written_is_all_there_is():
    assert ending(A) == Ending([A])


@pytest.mark.parametrize(
    ("after", "rest"),
    [
        (b"", b""),
        (b"\x0b", b"\x0b"),
        (b"\r\n", b"\r\n"),
        (b" \n", b" \n"),
        (b"\0" * 4096, b"\0" * 4096),
        (b"\0" + C[:20], C[:20]),
        (b"#" + C[:-9] + b"\n", C[:-9] + b"\n"),
        (b"}}", b"}}"),
    ],
    ids=["nothing", "another byte", "CRLF", "a space", "zeros", "a torn line", "a damaged line", "braces"],
)
@pytest.mark.parametrize("line", [A, B], ids=["plain", "braces"])
def test_a_line_whose_crc_is_right_is_kept_whatever_ends_it(line, after, rest):
    assert ending(line[:-1] + after) == Ending([line], rest)


@pytest.mark.parametrize(
    "between", [b"", b"\n", b"\x0b", b"{"], ids=["joined", "whole", "another byte", "a brace"]
)
def test_lines_that_became_one_are_both_kept(between):
    assert ending(NO_A + between + NO_B) == Ending([A, B])
    assert ending(NO_A + between + B) == Ending([A, B])


def test_a_line_that_was_never_whole_is_left_over():
    for length in range(1, len(NO_A)):
        assert ending(NO_A[:length]) == Ending([], NO_A[:length])


@pytest.mark.parametrize(
    "damaged",
    [A.replace(b"x", b"y"), b"\xef\xbb\xbf" + A, b"\n", b"#" + A],
    ids=["a byte changed", "a byte order mark", "an empty line", "garbage before it"],
)
def test_a_damaged_line_that_has_its_newline_stays_a_line_so_that_it_is_found(damaged):
    assert ending(damaged) == Ending([damaged])


def test_an_event_inside_the_words_of_another_is_none():
    quoting = chain_of(A.decode())[0]

    assert ending(quoting[:-1]) == Ending([quoting])


def test_a_crc_that_is_right_makes_no_event_of_other_json():
    rest = b'"v":1,"seq":7}'
    line = b'{"crc":"%08x",%b' % (zlib.crc32(rest), rest)

    assert ending(line) == Ending([], line)
