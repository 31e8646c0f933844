from nab.chaos.campaign import verdict
from nab.chaos.faults import Fault
from nab.chaos.node_runs import Case, cases
from nab.chaos.reports import FAILED, PARTLY, SKIPPED, SURVIVED, Kills, Report, document, percentile

FAULT = Fault(
    "F01", "It breaks.", "It holds.", quick=("t/a.py::test_x",), engine=("t/b.py::test_y",), counts="attacks"
)
XML = b"""<testsuites><testsuite>
<testcase classname="t.a" name="test_x[1]" file="t/a.py" time="0.5"/>
<testcase classname="t.a.Test" name="test_z" file="t/a.py" time="1"><failure message="no&#10;more"/></testcase>
<testcase classname="t.b" name="test_y" file="t/b.py" time="0"><skipped message="no engine"/></testcase>
</testsuite></testsuites>"""
ALL = {"quick", "engine"}


def test_cases_are_read_with_their_names_and_reasons():
    assert cases(XML) == [
        Case("t/a.py::test_x[1]", "passed", 0.5),
        Case("t/a.py::Test::test_z", "failed", 1, "no"),
        Case("t/b.py::test_y", "skipped", 0, "no engine"),
    ]


def test_a_fault_is_survived_only_where_all_of_it_was_tried_and_held():
    x, y = Case("t/a.py::test_x[1]", "passed", 1), Case("t/b.py::test_y", "passed", 1)
    wrong = Case("t/b.py::test_y", "failed", 1, "no")
    lost = Kills(fault="F01", what="w", kills=1, acknowledged=1, lost=1, trouble="gone")

    assert verdict(FAULT, ALL, [x, y], []).result == SURVIVED
    assert verdict(FAULT, {"quick"}, [x], []).result == PARTLY
    assert verdict(FAULT, ALL, [x, Case("t/b.py::test_y", "skipped", 0, "why")], []).left_out == {"why": 1}
    assert verdict(FAULT, ALL, [x, wrong], []).result == FAILED
    assert verdict(FAULT, ALL, [x, y], [lost]).result == FAILED
    assert verdict(FAULT, set(), [], []).result == SKIPPED


def test_a_report_counts_what_was_tried_and_says_what_was_not():
    one = verdict(FAULT, {"quick"}, [Case("t/a.py::test_x[1]", "passed", 1)], [])
    report = Report(at="now", command="make chaos", machine="2 cores", seconds=60, faults=(one,))

    assert (report.tried, report.survived, report.is_clean) == (1, 1, True)
    assert report.counted("attacks") == (1, 1)
    assert "1 test: needs a Docker engine" in document(report)
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile([], 0.5) is None
