import numpy as np
import pytest
from scipy import special

from nab.results.statistics import overlap
from nab.results.statistics.multiplicity import holm
from nab.results.validation import fast, generator
from nab.results.validation.error_rates import by_season
from nab.results.validation.generator import CALIBRATED, SLOWLY, WORST, Cell

MISSING = Cell(4, WORST, missing=True)


def made(cell, seasons=2, seed=3):
    return generator.simulate(cell, seasons, np.random.default_rng(seed))


def test_the_fast_path_tests_as_overlap_t_does():
    seasons = made(MISSING)
    d, shared = fast.differences(MISSING, seasons)
    found = fast.looks(d, shared)[0]
    rounds = np.flatnonzero(shared[0, 2])[:60]
    one = overlap.estimate(list(rounds), list(d[0, 2, rounds]))

    assert found.p[0, 2] == pytest.approx(one.p, rel=1e-9)
    assert (found.mean[0, 2], found.se[0, 2], found.df[0, 2]) == pytest.approx(
        (one.mean, one.se, one.df), rel=1e-9
    )


def test_the_fast_path_rejects_as_holm_does():
    p = np.array([[0.001, 0.2, 0.012, 0.013], [0.03, 0.04, 0.01, 1.0]])

    assert fast.holm(p, 0.05).tolist() == [[one.rejected for one in holm(row, 0.05)] for row in p.tolist()]


@pytest.mark.full
@pytest.mark.parametrize(
    "cell",
    [
        MISSING,
        Cell(3, SLOWLY),
        Cell(4, WORST, apart=0.003, sd=0.0017),  # equivalent and different pairs
        Cell(4, CALIBRATED, missing=True, apart=0.02),
    ],
    ids=lambda cell: cell.name,
)
def test_the_fast_path_gives_the_verdicts_of_the_procedure_itself(cell):
    seasons = made(cell, seasons=3)
    said = fast.verdicts(fast.looks(*fast.differences(cell, seasons)))

    for number in range(3):
        assert by_season(cell, seasons, number) == [fast.WORDS[one] for one in said[number]]


def test_a_claim_is_false_where_the_truth_is_otherwise():
    apart = Cell(3, CALIBRATED, apart=0.003)  # 0 < 1, 0 = 2, 1 > 2
    right = [fast.REFUTED, fast.EQUIVALENT, fast.SUPPORTED]
    said = np.array(
        [right, [fast.NOT_YET] * 3, [fast.EQUIVALENT, 0, 0], [0, fast.SUPPORTED, 0], [0, 0, fast.REFUTED]]
    )

    assert fast.false_claims(apart, said).tolist() == [False, False, True, True, True]


def test_the_band_is_left_more_often_the_wider_it_is_not():
    d = np.random.default_rng(1).standard_normal((40, 3, 260)) @ generator.mixing(WORST).T

    assert not (fast.outside_band(d, 0.05 / 3) & ~fast.outside_band(d, 0.2)).any()
    assert fast.outside_band(d + 9, 0.05).all()


def test_a_naive_test_knows_nothing_of_overlap():
    seasons = made(Cell(3, WORST))
    d, shared = fast.differences(Cell(3, WORST), seasons)
    (first, *_) = fast.naive(fast.looks(d, shared))
    x = d[0, 0, :60]

    t = x.mean() / (x.std(ddof=1) / np.sqrt(60))
    assert first.p[0, 0] == pytest.approx(2 * special.stdtr(59, -abs(t)))
