"""Reports as lines: a table's columns, and how they fit a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.text import tables
from nab.core.text.tables import Table, plain

RUNS = Table(("run", "state", ""), [("2026-05-15-codex-l3", "running", "a b c " * 20), ("x", "ended", "")])


def test_parts_have_an_empty_line_between_them():
    assert plain(["one", Table(("a", "b"), [("1", "22"), ("333", "")]), "two"]) == (
        "one\n\na    b\n1    22\n333\n\ntwo"
    )


def test_a_cell_can_neither_drive_a_terminal_nor_begin_a_line():
    assert plain([Table(("a",), [("x\x1b[2J\ny",)])]) == "a\nx\\x1b[2J y"


def test_a_table_that_is_too_wide_is_wrapped_by_columns():
    lines = plain([RUNS], width=60).split("\n")

    assert max(map(len, lines)) <= 60
    assert lines[1].startswith("2026-05-15-codex-l3  running  a b c")
    assert lines[2].startswith(" " * 30 + "a b c") or lines[2].startswith(" " * 30 + "b c")
    assert lines[-1] == "x                    ended"


def test_a_sentence_is_wrapped_at_its_blanks():
    assert plain(["one two three"], width=9) == "one two\nthree"


def test_names_stay_whole_while_there_is_prose_that_can_be_wrapped():
    rows = [("2026-05-15T100000Z-baseline-l3", "at least $0.50 (scripted)", "it says that it is done")]

    assert tables.columns(("run", "cost", "end"), rows, 60) == [30, 13, 13]
    assert tables.columns(("run", "cost", "end"), rows, 40) == [20, 8, 8]


@given(st.lists(st.integers(1, 300), min_size=1, max_size=8), st.integers(20, 200))
def test_columns_are_narrowed_from_the_widest_and_only_as_far_as_needed(widths, room):
    found = tables.fitted(widths, room, range(len(widths)))

    assert all(new <= old for new, old in zip(found, widths, strict=True))
    if sum(widths) <= room:
        assert found == widths
    elif room >= tables.NARROWEST * len(widths):
        assert sum(found) <= room
        narrowed = [new for new, old in zip(found, widths, strict=True) if new < old]
        assert all(new <= max(narrowed) for new in found)


@pytest.mark.parametrize("text", ["", "x", "longer than eight", "averyveryverylongword"])
def test_nothing_is_lost_by_wrapping(text):
    assert "".join(tables.wrapped(text, 8)).replace(" ", "") == text.replace(" ", "")
