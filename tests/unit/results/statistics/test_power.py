import json
from datetime import date

import pytest

from nab.results.statistics import power
from support.repository.benches import REPOSITORY

REFERENCE = json.loads((REPOSITORY / "tests/data/statistics/overlap_t_reference.json").read_text())[
    "rounds_needed"
]
START = date(2026, 6, 2)


@pytest.mark.parametrize("sd", REFERENCE)
def test_rounds_needed_are_those_of_the_table(sd):
    found = {gap: power.rounds_needed(float(gap), float(sd)) for gap in REFERENCE[sd]}

    assert found == REFERENCE[sd]


@pytest.mark.parametrize(("sd", "rounds"), [(0.007, 880), (0.012, 2540)])
def test_a_gap_of_a_third_of_the_field_takes_years(sd, rounds):
    assert power.rounds_needed(0.003, sd) == rounds


@pytest.mark.parametrize(
    ("rounds", "expected"), [(20, 0.01), (40, 0.05), (60, 0.15), (120, 0.43), (250, 0.83)]
)
def test_power_at_a_gap_of_a_hundredth_is_that_of_the_simulation(rounds, expected):
    # The table was simulated with the calibrated overlap, this reckons with the worst: a little less is right.
    assert power.power_of(rounds, 0.010, 0.012, 0.05, 20) == pytest.approx(expected, abs=0.11)


def test_without_noise_the_fewest_rounds_do_and_without_a_gap_it_is_refused():
    assert power.rounds_needed(0.01, 0.0) == 20
    with pytest.raises(ValueError, match="gap 0"):
        power.rounds_needed(0.0, 0.01)


def test_a_verdicts_date_is_its_rounds_in_weeks_of_five_and_a_month_until_they_are_final():
    assert power.verdict_date(START, 250) == date(2027, 6, 20)
    assert power.verdict_date(START, 250, miss=0.5) == date(2028, 6, 4)
