from nab.core.facts import LeakFound, PairLooked, RunLooked
from nab.results.replay import comparison, report
from nab.results.replay.comparison import Finding
from nab.results.statistics import overlap

NAMES = {"2026-a": "baseline-l3", "2026-b": "random-l3"}


def said(finding, why=""):
    one = PairLooked("2026-a", "2026-b", finding.value, 0.0123, 0.0041, 0.0205, 0.012, 150, 38.2, why)
    return report.sentence(one, NAMES, "MMC20")


def run(low=0.0041, high=0.0205, leaks=()):
    found = tuple(LeakFound(way, "here", "so") for way in leaks)
    return report.row(RunLooked("2026-a", 0.0123, low, high, 150, 38.2, found), "baseline-l3")


def test_who_is_better_is_said_first_then_how_sure_that_is():
    assert said(Finding.BETTER) == (
        "This run of baseline-l3 did better than this run of random-l3: +0.0123 MMC20 an era, 95% interval +0.0041 to "
        "+0.0205, p 0.012 in the family (baseline-l3 - random-l3); over 150 sealed eras, which tell as much as 38.2 "
        "independent ones."
    )
    assert said(Finding.WORSE).startswith("This run of random-l3 did better than this run of baseline-l3: ")


def test_no_difference_found_is_not_said_to_be_none():
    assert said(Finding.NOT_TOLD_APART).startswith(
        "baseline-l3 and random-l3 could not be told apart: +0.0123"
    )


def test_a_pair_that_was_not_tested_has_its_reason_and_no_figure():
    few = said(Finding.NOT_TESTED, why=overlap.TOO_FEW)

    assert few == (
        "baseline-l3 and random-l3 were not tested: fewer than 20 sealed eras with a score of both."
    )
    assert "+" not in said(Finding.NOT_TESTED, why=overlap.IDENTICAL)
    assert "leaked to one of them" in said(Finding.NOT_TESTED, why=comparison.LEAKED)


def test_a_line_of_the_table_has_leaks_or_says_that_none_was_found():
    assert run() == ("baseline-l3", "150", "+0.0123", "+0.0041", "+0.0205", "38.2", "none found")
    assert run(leaks=("file", "target", "file"))[-1] == "file, target"
    assert len(run()) == len(report.HEADS)


def test_a_mean_of_too_few_eras_has_no_interval():
    assert run(0.0123, 0.0123)[3:5] == ("-", "-")


def test_the_end_says_how_often_it_is_false_and_what_it_is_not():
    assert report.closing(101, 250, 1).startswith(
        "This was the one look at 1 pair on the sealed eras 101 to 250: "
    )
    assert "never pooled with live rounds" in report.closing(101, 250, 6)
