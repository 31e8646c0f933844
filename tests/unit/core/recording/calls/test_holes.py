import json

import pytest

from nab.core.recording.calls.holes import Holes, holes
from support.records import proxy_lines


def record(*rows):
    """Write lines as (seq, phase, id); an id that is start or end is a proxy's event."""
    return [
        json.dumps({"seq": seq, "phase": phase, "id": id, "event": id if phase == "proxy" else ""}).encode()
        for seq, phase, id in rows
    ]


LIFE = (1, "proxy", "start")


def test_a_whole_record_has_no_hole():
    assert not holes(record(LIFE, (2, "sent", "a"), (3, "start", "a"), (4, "done", "a"), (5, "proxy", "end")))


def test_a_number_that_is_left_out_is_a_line_that_was_lost():
    assert holes(record(LIFE, (2, "done", "a"), (5, "done", "b"))) == Holes(lost=2)


def test_every_life_counts_from_one():
    assert not holes(record(LIFE, (2, "done", "a"), LIFE, (2, "done", "b")))
    assert holes(record(LIFE, (2, "done", "a"), LIFE, (3, "done", "b"))) == Holes(lost=1)


def test_the_first_lines_of_a_life_that_are_gone_are_missed():
    assert holes(record((3, "done", "a"))) == Holes(lost=2)


def test_a_call_that_was_sent_and_has_no_end_was_cut_off_with_its_proxy():
    found = holes(record(LIFE, (2, "sent", "a"), (3, "sent", "b"), (4, "done", "b"), LIFE, (2, "sent", "c")))

    assert found == Holes(cut_off=2)


def test_calls_of_a_proxy_that_lives_are_under_way():
    lines = record(LIFE, (2, "sent", "a"), LIFE, (2, "sent", "b"))

    assert holes(lines, is_written=True) == Holes(cut_off=1)


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b'{"phase":"done"}', b"\xff"])
def test_what_cannot_be_read_or_has_no_number_makes_no_hole(line):
    assert not holes([line, *record(LIFE), line])


def test_what_the_proxy_writes_has_no_hole():
    lines = proxy_lines.of_each_kind("words").values()

    assert holes(line for line in lines if b'"seq":' in line).cut_off == 0


def test_holes_are_told_in_words_and_added_up():
    assert str(Holes(1, 2) + Holes(2, 0)) == "3 lines missing, 2 calls without an end"
