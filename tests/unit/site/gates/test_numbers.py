import pytest

from nab.site.gates import numbers
from nab.site.gates.told import told as told_of

FIGURE = '<data value="0.0062" data-claim="l4-1.1"><a href="x">+0.0062</a></data>'
GOOD = f"<main><p>Mean {FIGURE} of MMC20 by codex-l4-b.</p></main>"


def told(gate, page):
    return [(one.gate, one.what) for one in gate("a/index.html", page)]


def test_a_figure_with_its_origin_and_names_with_digits_in_them_pass():
    assert told(numbers.without_origin, GOOD) == []
    assert told(numbers.edited, GOOD) == []


def test_a_figure_without_an_origin_is_found():
    page = GOOD.replace(' data-claim="l4-1.1"', "")

    assert told(numbers.without_origin, page) == [("number without an origin", "+0.0062")]


@pytest.mark.parametrize(
    "prose", ["scored 0.920", "12 iterations", "\u22120.3 below", "costs $412", "of 1,024 rounds"]
)
def test_a_number_that_stands_in_prose_is_found(prose):
    ((gate, what),) = told(numbers.without_origin, GOOD.replace("of MMC20", prose))

    assert gate == "number outside of a figure"
    assert prose.split()[0] in what or prose in what


def test_a_number_that_was_edited_by_hand_is_found():
    page = GOOD.replace(">+0.0062<", ">+0.0920<")

    assert told(numbers.edited, page) == [("hand-edited number", "+0.0920, and its value is 0.0062 (l4-1.1)")]


@pytest.mark.parametrize(
    ("value", "text"),
    [(5400, "1.5 h"), (90, "1.5 min"), (0.25, "25\u202f%"), (412.4, "$412"),
     (-0.00317, "\u22120.0032"), (1e-9, "1e-09"), (1234, "1,234")],
)  # fmt: skip
def test_a_value_and_the_ways_to_write_it_are_the_same(value, text):
    assert numbers.same(value, numbers.number(text), text)


def test_a_count_that_differs_between_two_pages_is_found():
    figure = '<data value="{0}" data-event="7" data-key="owed:codex-l4">{0}</data>'
    pages = {"index.html": figure.format(118), "misses/index.html": figure.format(0)}

    (found,) = numbers.apart({path: told_of(page).counts for path, page in pages.items()})
    assert (
        found.words
        == "misses/index.html: count that differs between pages: owed:codex-l4 is 0, in index.html 118"
    )
    same = told_of(figure.format(118)).counts
    assert list(numbers.apart({"index.html": same, "b.html": same})) == []
