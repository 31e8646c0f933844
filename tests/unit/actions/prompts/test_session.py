"""What an agent is told at the start of a session."""

from dataclasses import replace

import pytest

from nab.actions.prompts import session as session_prompt
from nab.core.facts import Intervened, SessionStarted
from nab.core.levels import Level
from nab.core.outcomes.outcomes import Outcome, Status
from nab.core.overview.overview import Row
from nab.core.runs.runs import Run, Session
from nab.paths import RunPaths
from support.records.logs import ROUND, RUN, WHO, intended

TASK = "The objective."


def run(level=Level.L3, **about):
    return replace(Run(RUN, WHO, intended(level=level), ""), **about)


def session(mode, because="", **told):
    started = SessionStarted(session="work-2", mode=mode, conversation="c", because=because, **told)
    return Session("work-2", started, "2026-05-16T12:00:00Z")


def said(mode, because="", level=Level.L3, interventions=(), **told):
    return session_prompt.text(TASK, run(level, interventions=interventions), session(mode, because, **told))


def test_the_first_session_is_told_the_task_and_nothing_else():
    assert said("first") == TASK


def test_a_resumed_one_is_told_why_the_last_one_ended_and_not_the_task_again():
    assert "(rate_limit)" in said("resume", "rate_limit")
    assert TASK not in said("resume", "rate_limit")


def test_without_a_memory_it_is_told_the_task_and_that_there_is_work_of_its_own():
    assert said("fresh", "context_overflow").startswith(TASK)
    assert "You have worked on this before" in said("fresh")


def test_the_forever_loop_is_told_the_task_every_time():
    assert TASK in said("resume", "done", level=Level.L4)


def test_what_goes_on_and_what_numerai_lists_come_last():
    text = said("resume", "done", level=Level.L4, leftovers=("12: python loop.py",), submitted="Listed: 7.")

    assert text.index("Listed: 7.") < text.index("- 12: python loop.py")


def noted(tmp_path, content, level=Level.L4):
    paths = RunPaths(tmp_path)
    paths.workspace.own_path.mkdir(parents=True)
    if content is not None:
        (paths.workspace.own_path / "NOTES.md").write_bytes(content)
    return session_prompt.notes(paths, run(level, sessions=(session("first"),)))


def test_the_forever_loop_is_told_the_end_of_its_own_notes(tmp_path):
    notes = noted(tmp_path, b"old\n" * 2000 + "the best so far: ridge, \u20ac\0".encode())

    assert notes.endswith("the best so far: ridge, \u20ac") and len(notes) <= 2000
    assert said("resume", "done", level=Level.L4, notes=notes).endswith(notes)


@pytest.mark.parametrize("level", [Level.L1, Level.L2, Level.L3])
def test_a_run_with_an_end_is_told_no_notes(tmp_path, level):
    assert noted(tmp_path, b"notes", level) == ""


def test_notes_that_are_not_there_lead_elsewhere_or_are_huge_are_not_told(tmp_path):
    assert noted(tmp_path / "a", None) == ""
    assert noted(tmp_path / "b", b"x" * (2 << 20)) == "(NOTES.md is larger than 1024 KiB: it was not read)"
    paths = RunPaths(tmp_path / "c")
    paths.workspace.own_path.mkdir(parents=True)
    (paths.workspace.own_path / "NOTES.md").symlink_to("/etc/passwd")
    assert session_prompt.notes(paths, run(Level.L4, sessions=(session("first"),))) == ""


@pytest.mark.parametrize("mode", ["resume", "first"])
def test_that_the_time_is_nearly_up_is_said_in_the_words_on_record(mode):
    notice = Intervened(what="wind-down", text="About 5 minutes.")

    assert said(mode, "wind-down", interventions=(notice,)).endswith("About 5 minutes.")


def row(number, status):
    return Row(WHO, replace(ROUND, number=number), Outcome(status, "on-time"), {})


def test_who_submits_by_itself_is_told_of_its_newest_listed_submission():
    again = run(Level.L4, sessions=(session("first"),))
    rows = [row(1401, Status.VERIFIED), row(1403, Status.VERIFIED), row(1404, Status.MISSED)]

    assert "that of round 1403 (verified" in session_prompt.submitted(again, rows)
    assert "lists no submission" in session_prompt.submitted(again, rows[2:])
    assert session_prompt.submitted(run(Level.L4), rows) == "", "its first session has submitted nothing"
    assert session_prompt.submitted(run(Level.L3, sessions=again.sessions), rows) == ""
