"""A coding agent's sessions, decided from a real log and real files; no box is needed for that."""

from dataclasses import replace

import msgspec
import pytest

from nab.actions.runs import sessions
from nab.core.facts import SessionEnding
from nab.core.levels import Level
from nab.core.runs.ending.run_end import BUDGET
from nab.core.text import times
from nab.edges import clock
from nab.edges.untrusted import outboxes
from support.worlds.following import Following


def after_all(run, ended):
    """Return the run with another end of its only session."""
    return replace(run, sessions=(replace(run.sessions[0], ended=ended),))


@pytest.fixture
def following(tmp_path):
    return Following(tmp_path)


def test_the_first_look_begins_a_session_with_the_task_and_the_pinned_model(following):
    assert following.looking.look() == ""

    assert following.order["do"] == "start"
    argv = following.order["argv"]
    assert argv[0] == "codex" and argv[-1] == "Take part."
    assert argv[argv.index("--model") + 1] == "gpt-6.1-sol"
    assert [fact.session for fact in following.facts("session.started")] == ["work-1"]


def test_an_order_that_a_killed_launcher_never_gave_is_given_by_the_next_one(following):
    following.looking.look()
    order = following.order
    (following.paths.control / outboxes.ORDER).unlink()

    following.again().order()

    assert following.order == order
    assert len(following.facts("session.started")) == 1


def test_looking_again_and_again_changes_nothing_while_a_session_goes_on(following):
    for _ in range(5):
        assert following.looking.look() == ""

    assert len(following.bench.log.events()) == 3


def test_an_agent_that_is_done_ends_its_box_and_its_submit_sh_is_looked_at(following):
    following.looking.look()
    following.ends("work-1", "basic")

    following.looking.look()
    following.looking.look()

    (ended,) = following.facts("session.ended")
    assert ended.ending is SessionEnding.DONE and ended.calls == 3
    assert following.order == {"do": "end", "exit_code": 0}
    assert [fact.verdict for fact in following.facts("script.checked")] == ["missing"]


def test_what_was_begun_by_one_is_ended_by_another(following):
    following.looking.look()
    following.ends("work-1", "basic")

    following.again().look()
    following.again().look()
    following.again().look()

    assert len(following.facts("session.ended")) == 1
    assert len(following.facts("script.checked")) == 1


def test_a_conversation_is_resumed_by_the_name_that_the_program_gave_it(following, monkeypatch):
    following.looking.look()
    following.ends("work-1", "killed", exit_code=-9)
    following.looking.look()
    assert following.order["session"] == "work-1", "it waits a while first"

    following.is_later(monkeypatch, 1)
    following.looking.look()

    started, (ended,) = following.facts("session.started")[-1], following.facts("session.ended")
    assert ended.ending is SessionEnding.KILLED
    assert (started.session, started.mode, started.because) == ("work-2", "resume", "killed")
    assert following.order["argv"][-2] == started.conversation == ended.conversation
    assert "ended before you were done (killed)" in following.order["argv"][-1]


def test_a_key_that_is_not_taken_ends_the_box_badly(following):
    following.looking.look()
    following.ends("work-1", "auth", exit_code=1)
    following.looking.look()
    following.looking.look()

    assert following.order == {"do": "end", "exit_code": 1}
    assert following.looking.run.sessions[0].ended.ending is SessionEnding.AUTH


def test_working_time_that_is_used_up_ends_the_run(tmp_path, monkeypatch):
    following = Following(tmp_path, budget=600)
    following.looking.look()
    assert following.looking.look() == ""

    following.is_later(monkeypatch, 10.5)

    assert following.looking.look() == BUDGET


def test_time_that_is_nearly_up_is_told_once_and_on_record(tmp_path, monkeypatch):
    following = Following(tmp_path, budget=1200)
    following.looking.look()
    following.is_later(monkeypatch, 16)
    following.looking.look()
    following.looking.look()

    assert following.order == {"do": "stop", "session": "work-1"}
    (intervened,) = following.facts("intervention")
    assert intervened.what == "wind-down" and "About 4 minutes" in intervened.text

    following.ends("work-1", "terminated", exit_code=143, asked=True)
    following.looking.look()
    following.is_later(monkeypatch, 1)
    following.looking.look()
    assert following.order["argv"][-1] == intervened.text
    assert following.facts("session.started")[-1].because == "wind-down"
    following.looking.look()
    assert len(following.facts("intervention")) == 1


def test_a_session_that_was_to_be_ended_is_ended_by_whoever_looks_next(tmp_path, monkeypatch):
    following = Following(tmp_path, budget=1200)
    following.looking.look()
    following.is_later(monkeypatch, 16)
    following.looking.look()
    (following.paths.control / outboxes.ORDER).unlink()

    following.again().order()

    assert following.order == {"do": "stop", "session": "work-1"}


def test_a_session_that_says_nothing_for_long_is_ended_and_on_record(following, monkeypatch):
    following.looking.look()
    following.looking.look()
    following.is_later(monkeypatch, 11)
    following.looking.look()

    assert following.order == {"do": "stop", "session": "work-1"}
    assert following.facts("intervention")[0].what == "stall"


def test_one_that_goes_on_printing_is_left_alone(following, monkeypatch):
    following.looking.look()
    for _ in range(4):
        following.is_later(monkeypatch, 9)
        (following.paths.outbox.own_path / "work-1").mkdir(parents=True, exist_ok=True)
        with (following.paths.outbox.own_path / "work-1" / "stdout").open("a") as more:
            more.write("{}\n")
        following.looking.look()

    assert following.order["do"] == "start"


def test_a_provider_is_waited_for_but_not_for_ever(following, monkeypatch):
    following.looking.look()
    following.ends("work-1", "usage-limit", exit_code=1)
    following.looking.look()
    assert following.looking.look() == ""
    (ended,) = following.facts("session.ended")
    assert ended.ending is SessionEnding.USAGE_LIMIT and ended.retry_at
    following.is_later(monkeypatch, 24 * 60 * 8)
    later = times.text(clock.now())
    following.looking.run = after_all(following.looking.run, msgspec.structs.replace(ended, ended=later))

    assert following.looking.look() == "it waited for 168 hours"


def test_the_forever_loop_starts_again_what_is_done_and_has_no_budget(tmp_path, monkeypatch):
    following = Following(tmp_path, level=Level.L4, budget=None)
    following.looking.look()
    following.ends("work-1", "basic")
    following.looking.look()
    following.is_later(monkeypatch, 60 * 24 * 30)
    following.looking.look()

    assert following.facts("session.started")[-1].mode == "resume"
    assert "you are started again" in following.order["argv"][-1]
    assert "Take part." in following.order["argv"][-1]
    assert "Numerai lists no submission of yours" in following.order["argv"][-1]


def test_a_program_of_ours_has_no_sessions(following):
    intended = msgspec.structs.replace(following.looking.run.intended, agent="baseline")

    assert sessions.of(following.bench, replace(following.looking.run, intended=intended)) is None
