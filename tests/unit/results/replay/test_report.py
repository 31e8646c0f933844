from nab.results.replay import report
from nab.results.replay.comparison import Compared, Finding, OfRun
from nab.results.statistics import overlap
from nab.results.statistics.overlap import Estimate

NAMES = {"2026-a": "baseline-l3", "2026-b": "random-l3"}
FOUND = Estimate(mean=0.0123, se=0.004, df=30.0, n=150, n_eff=38.2, p=0.004)


def said(finding, estimate=FOUND, why=""):
    one = Compared(("2026-a", "2026-b"), finding, estimate, (0.0041, 0.0205), 0.012, why)
    return report.sentence(one, NAMES, "MMC20")


def test_who_is_better_is_said_first_then_how_sure_that_is():
    assert said(Finding.BETTER) == (
        "This run of baseline-l3 did better than this run of random-l3: +0.0123 MMC20 an era, 95% interval +0.0041 to "
        "+0.0205, p 0.012 in the family (baseline-l3 - random-l3); over 150 sealed eras, which tell as much as 38.2 "
        "independent ones."
    )
    assert said(Finding.WORSE).startswith("This run of random-l3 did better than this run of baseline-l3: ")


def test_no_difference_found_is_not_said_to_be_none():
    assert said(Finding.NOT_TOLD_APART).startswith("baseline-l3 and random-l3 could not be told apart: +0.0123")


def test_a_pair_that_was_not_tested_has_its_reason_and_no_figure():
    few = said(Finding.NOT_TESTED, why=overlap.TOO_FEW)

    assert few == (
        "baseline-l3 and random-l3 were not tested: fewer than 20 sealed eras with a score of both."
    )
    assert "+" not in said(Finding.NOT_TESTED, why=overlap.IDENTICAL)


def test_a_line_of_the_table_has_leaks_or_says_that_none_was_found():
    one = OfRun("2026-a", FOUND, (0.0041, 0.0205))

    assert report.row(one, "baseline-l3", ()) == (
        *("baseline-l3", "150", "+0.0123", "+0.0041", "+0.0205", "38.2"),
        "none found",
    )
    assert report.row(one, "baseline-l3", ("file", "target"))[-1] == "file, target"
    assert len(report.row(one, "baseline-l3", ())) == len(report.HEADS)


def test_a_mean_of_too_few_eras_has_no_interval():
    few = Estimate(0.01, 0.0, 0.0, 5, 1.9, 1.0, overlap.TOO_FEW)

    assert report.row(OfRun("2026-a", few, few.interval(0.05)), "x", ())[3:5] == ("-", "-")


def test_the_end_says_how_often_it_is_false_and_what_it_is_not():
    assert report.closing(101, 250, 1).startswith("This was the one look at 1 pair on the sealed eras 101 to 250: ")
    assert "never pooled with live rounds" in report.closing(101, 250, 6)
