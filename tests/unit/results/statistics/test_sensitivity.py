import pytest

from nab.results.statistics import overlap, sensitivity
from support.statistics import generator

OWED = range(1, 201)
MISSED = set(range(1, 201, 7))  # 14.5 % of the rounds


def constant(mean, missed=frozenset()):
    return {one: mean for one in OWED if one not in missed}


def mean(series):
    return sum(series[1]) / len(series[1])


NEVER = constant(0.0)  # an entrant that misses nothing and scores nothing


@pytest.mark.parametrize(
    ("entrant", "zero", "control"), [(-0.0040, 0.00060, 0.00029), (0.0050, -0.00076, -0.00106)]
)
def test_filling_biases_as_the_table_says(entrant, zero, control):
    a = constant(entrant, MISSED)
    by_zero = mean(sensitivity.zero_fill(a, NEVER, OWED)) - entrant
    by_control = mean(sensitivity.filled(a, NEVER, OWED, constant(-0.0020))) - entrant

    # To zero-fill is a gift to a weak entrant: no score is the meta model's own.
    assert by_zero == pytest.approx(zero, abs=0.00004)
    assert by_control == pytest.approx(control, abs=0.00006)
    assert mean(sensitivity.complete(a, NEVER)) == pytest.approx(entrant)


def test_late_rounds_are_left_out():
    rounds, d = sensitivity.without(constant(0.01), constant(0.0), late={3, 4})

    assert len(rounds) == len(d) == 198
    assert not {3, 4} & set(rounds)


def test_worst_case_bounds_are_asked_for_when_more_than_a_tenth_is_missing():
    (series,) = generator.differences(1, 200)
    whole = dict(zip(OWED, map(float, series), strict=True))
    holed = {one: value for one, value in whole.items() if one not in MISSED}
    bounds = sensitivity.worst_case(holed, NEVER, OWED, 0.05)
    shared = overlap.estimate(*sensitivity.complete(holed, NEVER)).interval(0.05)

    assert sensitivity.worst_case(whole, NEVER, OWED, 0.05) is None
    assert bounds[0] < shared[0] < shared[1] < bounds[1]


def test_a_panel_counts_those_that_agree_and_names_what_the_others_wait_for():
    (series,) = generator.differences(1, 200)
    a = {one: 0.05 + float(value) for one, value in zip(OWED, series, strict=True)}
    rows = sensitivity.panel(
        a, NEVER, OWED, alpha=0.05 / 6, delta=0.003, increments_wait_for="20 public models"
    )
    said = {one.name: one.says or one.waits_for for one in rows}

    assert said["overlap-t"] == said["kEWC"] == said["missing counted as 0"] == "+"
    assert said["daily increments"] == "20 public models"
    assert said["CORR20"] == "no scores by it"
    assert sensitivity.agreement(rows) == "4 of 4 agree"


@pytest.mark.parametrize(
    ("interval", "word"),
    [((0.001, 0.009), "+"), ((-0.009, -0.001), "-"), ((-0.001, 0.002), "="), ((-1, 1), "?")],
)
def test_what_an_interval_says(interval, word):
    assert sensitivity.says(interval, 0.003) == word
