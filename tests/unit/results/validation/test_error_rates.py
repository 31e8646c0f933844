import msgspec
import pytest

from nab.results.validation import error_rates
from nab.results.validation.error_rates import Rates
from nab.results.validation.generator import CALIBRATED, WORST, Cell

GOOD = Rates(
    cell="4 entrants",
    seasons=3000,
    false=0.03,
    limit=0.05,
    expected=0.032,
    checked=200,
    differing=0,
    naive_t=0.9,
)


@pytest.mark.full
def test_the_same_seed_gives_the_same_rates_and_few_claims_are_false():
    first, again = (error_rates.measured(Cell(4, WORST), 200, 1, [27, 1]) for _ in range(2))

    assert first == again
    assert msgspec.json.decode(msgspec.json.encode(first), type=Rates) == first
    assert first.differing == 0
    assert first.false < 0.09
    assert first.naive_t > 0.9
    assert first.band > first.band_of_family


@pytest.mark.parametrize(
    ("changed", "passes"),
    [
        ({}, True),
        ({"false": 0.045, "expected": 0.04}, True),
        ({"false": 0.06, "expected": 0.06}, False),  # more than the limit and two standard errors
        ({"false": 0.002}, False),  # less than the table: something else was measured
        ({"differing": 1}, False),
    ],
    ids=["as before", "near the limit", "above the limit", "not the table", "another verdict"],
)
def test_a_cell_passes_within_its_limit_as_before_and_where_both_paths_agree(changed, passes):
    assert msgspec.structs.replace(GOOD, **changed).passes is passes


def test_the_table_says_which_cell_fails():
    failing = msgspec.structs.replace(GOOD, cell="6 entrants", differing=3)
    lines = error_rates.told([GOOD, failing]).splitlines()

    assert lines[1].endswith("200 of 200 agree  ok")
    assert lines[2].endswith("197 of 200 agree  FAILS")


def test_the_table_has_every_kind_of_season_that_the_procedure_has_to_bear():
    cells = error_rates.EXPECTED

    assert {one.entrants for one in cells} == {4, 6}
    assert any(one.missing for one in cells)
    assert {one.noise for one in cells if one.apart} == {CALIBRATED, WORST}
