import pytest

from nab.results.verdicts import plan


def cells(text):
    return [line.split() for line in text.splitlines()]


def test_a_plan_tells_what_every_look_knows():
    rows = cells(plan.looks(1, 0.012))[1:]

    assert [row[:2] for row in rows] == [
        ["60", "0.002"],
        ["120", "0.008"],
        ["180", "0.015"],
        ["250", "0.025"],
    ]
    assert [row[2] for row in rows] == ["3.4", "6.4", "9.3", "12.8"]
    assert all(float(row[4]) > float(row[5]) for row in rows)


@pytest.mark.full
def test_a_plan_tells_what_a_gap_needs_and_what_it_would_need_without_overlap():
    rows = {row[0]: row[1:] for row in cells(plan.needed(0.05))[1:]}

    assert rows["0.005"] == ["340", "940", "1440", "45"]
