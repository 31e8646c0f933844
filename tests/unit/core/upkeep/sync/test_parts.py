"""Growing files in parts: joined they are the file again, and nothing that was sent is sent anew."""

import re

from hypothesis import given
from hypothesis import strategies as st

from nab.core.upkeep.sync import parts

LINES = st.lists(st.binary(max_size=60).map(lambda line: line.replace(b"\n", b"") + b"\n"), max_size=60)


def small(monkey):
    return monkey


@given(lines=LINES, sizes=st.lists(st.integers(0, 3000), max_size=6), most=st.integers(20, 400))
def test_joined_parts_are_the_file_however_it_grew(lines, sizes, most):
    whole = b"".join(lines)
    held, start, end = {}, 0, 0
    before, parts.PART_BYTES = parts.PART_BYTES, most
    try:
        for size in [*sorted(sizes), len(whole)]:
            content = whole[start : max(end, size)]
            goes = parts.may_go(content, more=False, at_rest=False)
            for part in parts.cut(content[:goes], start):
                held[part.start] = part.content
                start, end = part.start, part.end
    finally:
        parts.PART_BYTES = before

    assert b"".join(content for _, content in sorted(held.items())) == whole
    assert all(len(content) <= most for content in held.values())
    assert all(content.endswith(b"\n") for content in held.values() if len(content) < most)


@given(LINES)
def test_only_the_last_part_ever_changes(lines):
    whole = b"".join(lines)
    before, parts.PART_BYTES = parts.PART_BYTES, 100
    try:
        first, second = parts.cut(whole[: whole.find(b"\n") + 1], 0), parts.cut(whole, 0)
        again = parts.cut(whole[second[-1].start :] if second else b"", second[-1].start if second else 0)
    finally:
        parts.PART_BYTES = before

    assert second[: len(first) - 1] == first[:-1]
    assert again == second[-1:]


def test_an_unfinished_line_waits_until_its_file_rests_or_it_is_too_long():
    assert parts.may_go(b"a\nb", more=False, at_rest=False) == 2
    assert parts.may_go(b"a\nb", more=False, at_rest=True) == 3
    assert parts.may_go(b"bbb", more=False, at_rest=False) == 0
    assert parts.may_go(b"bbb", more=True, at_rest=False) == 3


def test_a_parts_name_sorts_by_its_place_and_can_be_read_again():
    names = [parts.name(b"calls/http.jsonl", start) for start in (0, 999, 1 << 20, 1 << 33)]

    assert names == sorted(names)
    assert names[2] == b"calls/http.jsonl/000001048576.jsonl"
    assert parts.source_and_start(names[3]) == (b"calls/http.jsonl", 1 << 33)
    assert parts.source_and_start(parts.name(b"sessions/full", 7)) == (b"sessions/full", 7)
    assert parts.source_and_start(b"calls/http.jsonl/x.jsonl") is None
    assert all(re.fullmatch(rb"calls/http.jsonl/\d{12}\.jsonl", name) for name in names)
