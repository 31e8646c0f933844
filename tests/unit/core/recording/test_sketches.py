"""Sketches of agents' tables: the rows that two of them share, ranks, and tables of every bad make."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nab.core.recording import sketches
from nab.core.recording.sketches import NoSketch, is_chosen, read

IDS = [f"n{number:015x}" for number in range(0, 200_000, 97)]
CHOSEN = [id for id in IDS if is_chosen(id.encode())]


def table(*rows, header="id,prediction", end="\n"):
    return (end.join([header, *rows]) + end).encode()


def sketch(content, piece=1 << 16):
    found = read(content[at : at + piece] for at in range(0, len(content), piece))
    return found.sketch(), list(found.samples())


def test_every_64th_row_is_kept_with_its_rank_and_all_are_counted():
    said, rows = sketch(table(*(f"{id},{number}" for number, id in enumerate(IDS))), piece=777)

    assert (said.rows, said.unread, said.eras, said.sampled, said.cut) == (len(IDS), 0, 0, len(CHOSEN), False)
    assert len(IDS) / 100 < len(CHOSEN) < len(IDS) / 40
    assert [row.id for row in rows] == CHOSEN
    assert [row.rank for row in rows] == [
        pytest.approx((IDS.index(id) + 0.5) / len(IDS), abs=1e-6) for id in CHOSEN
    ]


def test_two_tables_have_the_same_rows_in_their_sketches_in_whatever_order():
    forwards = sketch(table(*(f"{id},{id[-3:]}" for id in IDS)))[1]
    backwards = sketch(table(*(f"{id},{id[-3:]}" for id in reversed(IDS))))[1]

    assert sorted(forwards) == sorted(backwards)


def test_a_rank_is_that_among_its_era():
    a, b = CHOSEN[:2]
    rows = [f"era1,{a},5", "era1,x,1", "era1,y,9", "era2,z,0.5", f"era2,{b},0.7"]

    said, found = sketch(table(*rows, header="era,id,prediction"))

    assert said.eras == 2
    assert found == [(a, "era1", 0.5), (b, "era2", 0.75)]


def test_ties_share_a_rank_and_what_is_no_number_has_none():
    a, b, c, d = CHOSEN[:4]

    said, found = sketch(table(f"{a},0.5", f"{b},0.5", f"{c},NaN", f"{d},", "x,0.1", "short"))

    assert (said.rows, said.unread) == (6, 3)
    assert {one.id: one.rank for one in found} == {
        a: pytest.approx(2 / 3),
        b: pytest.approx(2 / 3),
        c: None,
        d: None,
    }


@pytest.mark.parametrize(
    ("content", "rank"),
    [
        (b"\xef\xbb\xbfID, Prediction\r\n%b,1\r\n", 0.5),
        (b'"id","prediction"\n"%b","1"\n', 0.5),
        (b"prediction_ensemble,id\n1,%b\n", 0.5),
        (b"id,score\n%b,1", 0.5),
        (b"id,prediction\n\n%b,inf\n\n", 0.5),
        (b"id,prediction\n\xff\xfe,0\n%b,1\n", 0.75),
        (b'id,prediction\n%b,1\n"open,0\n', 0.5),
    ],
)
def test_odd_tables_are_read_as_far_as_they_can_be(content, rank):
    (found,) = [one for one in sketch(content % CHOSEN[0].encode())[1] if one.id == CHOSEN[0]]

    assert found.rank == pytest.approx(rank)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b"PAR1\x15\x04", "Parquet"),
        (b"\x1f\x8b\x08\0\0", "gzip"),
        (b"PK\x03\x04", "zip"),
        (b"\x28\xb5\x2f\xfd\0", "zstd"),
        (b"prediction\n1\n", "no column id"),
        (b"id,a,b\nx,1,2\n", "no column prediction"),
        (b"<html>", "no column id"),
        (b"id,prediction\n" + b"x" * 70_000, "longer than"),
        (b"x" * 70_000 + b"\nid\n", "longer than"),
    ],
)
def test_what_is_no_table_of_predictions_says_why_it_has_no_sketch(content, why):
    with pytest.raises(NoSketch, match=why):
        sketch(content, piece=5000)


def test_tables_without_end_are_left(monkeypatch):
    for limit, header, row in (
        ("MOST_ROWS", "id,prediction", "x,1"),
        ("MOST_ERAS", "era,id,prediction", "{},x,1"),
    ):
        monkeypatch.setattr(sketches, limit, 10)
        sketch(table(*(row.format(number) for number in range(10)), header=header))
        with pytest.raises(NoSketch, match="more than 10"):
            sketch(table(*(row.format(number) for number in range(11)), header=header))


def test_ids_that_are_all_chosen_are_kept_up_to_a_limit_and_that_is_said(monkeypatch):
    monkeypatch.setattr(sketches, "MOST_SAMPLED", 3)

    said, rows = sketch(table(*(f"{CHOSEN[0]},{number}" for number in range(5))))

    assert (said.cut, said.sampled, len(rows), said.rows) == (True, 3, 3, 5)


CELLS = st.text(alphabet='ab0.5",\r\u00e9', max_size=6) | st.sampled_from(
    ["nan", "-inf", "1e999", "1_0", CHOSEN[0]]
)


@settings(max_examples=40)
@given(st.binary(max_size=300) | st.lists(st.lists(CELLS, max_size=4), max_size=8), st.integers(1, 50))
def test_no_upload_raises_anything_but_why_it_has_no_sketch(made, piece):
    if isinstance(made, list):
        written = io.StringIO()
        csv.writer(written).writerows(made)
        made = b"id,prediction,era\n" + written.getvalue().encode()
    try:
        said, rows = sketch(made, piece)
    except NoSketch as error:
        assert str(error)
    else:
        assert said.sampled == len(rows) and said.unread <= said.rows
        assert all(row.rank is None or 0 < row.rank < 1 for row in rows)
