from datetime import timedelta

from nab.core.facts import DiagnosticsSeen, SubmissionSeen
from nab.core.scores.diagnostics import NEXT, SAME_FILE, candidates
from nab.core.text import times
from support.records.logs import NOON, RUN, WHO, Log

MINUTE = timedelta(minutes=1)


def diagnosed(log, name, at, sha256="", status="done"):
    seen = DiagnosticsSeen(
        diagnostics=name, filename=f"{name}.csv", inserted_at=times.text(at), status=status, sha256=sha256
    )
    log.add(seen, at=at, entrant=WHO, run=RUN)


def submitted(log, name, at):
    seen = SubmissionSeen(
        submission=name, status="on-time", selected=True, inserted_at=times.text(at), filename=f"{name}.csv"
    )
    log.about(seen, at=at)


def test_a_candidate_is_tied_to_the_first_submission_after_it_and_before_the_next_candidate():
    log = Log()
    diagnosed(log, "d1", NOON)
    diagnosed(log, "d2", NOON + MINUTE)
    submitted(log, "s1", NOON + 2 * MINUTE)
    submitted(log, "s2", NOON + 3 * MINUTE)
    diagnosed(log, "d3", NOON + 4 * MINUTE)

    found = [(one.seen.diagnostics, one.became, one.how) for one in candidates(log.events)]

    assert found == [("d1", "", ""), ("d2", "s1", NEXT), ("d3", "", "")]


def test_the_same_file_ties_more_than_time_does():
    log = Log()
    diagnosed(log, "d1", NOON, sha256="aa")
    diagnosed(log, "d2", NOON + MINUTE, sha256="bb")
    submitted(log, "s1", NOON + 2 * MINUTE)

    (first, _) = candidates(log.events, {"s1.csv": "aa"})

    assert (first.became, first.how) == ("s1", SAME_FILE)


def test_a_candidate_is_told_as_it_was_seen_last():
    log = Log()
    diagnosed(log, "d1", NOON, status="running")
    diagnosed(log, "d1", NOON, status="done")

    assert [one.seen.status for one in candidates(log.events)] == ["done"]
