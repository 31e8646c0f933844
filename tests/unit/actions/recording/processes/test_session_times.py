import json
import time

import pytest

from nab.actions.recording.processes.session_times import KEPT, Lives
from nab.core.recording.processes.processes import SessionSpan
from nab.edges import clock
from nab.edges.untrusted import outboxes
from nab.paths import RunPaths


@pytest.fixture
def paths(tmp_path):
    made = RunPaths(tmp_path / "run")
    made.outbox.own_path.mkdir(parents=True)
    return made


def ends(paths, session, ended):
    (paths.outbox.own_path / session).mkdir()
    told = {"began": ended - 1, "ended": ended, "exit_code": 0}
    (paths.outbox.own_path / session / "ended.json").write_text(json.dumps(told))


def test_a_session_begins_with_its_order_and_ends_when_its_box_says_so(paths):
    lives = Lives(paths, [])
    assert not lives.look()
    outboxes.give(paths.control, outboxes.StartOrder("work-1", ("x",)))

    assert lives.look() and lives.open.name == "work-1"
    outboxes.give(paths.control, outboxes.Stop("work-1"))
    assert not lives.look()
    ends(paths, "work-1", time.time())
    assert lives.look() and lives.open is None
    assert not lives.look()
    outboxes.give(paths.control, outboxes.StartOrder("work-2", ("x",)))
    assert lives.look() and lives.open.name == "work-2"
    outboxes.give(paths.control, outboxes.EndOrder(0))
    assert lives.look() and lives.open is None


@pytest.mark.parametrize("said", [2.0, 2.0**32])
def test_an_end_that_cannot_be_is_brought_within_reason(paths, said):
    lives = Lives(paths, [])
    outboxes.give(paths.control, outboxes.StartOrder("work-1", ("x",)))
    lives.look()
    ends(paths, "work-1", said)
    lives.look()

    (life,) = lives.all
    assert life.began <= life.ended <= clock.now()


def test_a_session_that_the_log_knows_is_not_begun_again(paths):
    known = SessionSpan(name="work-1", began=clock.now(), ended=clock.now())
    outboxes.give(paths.control, outboxes.StartOrder("work-1", ("x",)))
    lives = Lives(paths, [known])

    assert not lives.look()
    assert lives.all == [known]


def test_old_sessions_are_forgotten_unless_something_of_them_is_left(paths):
    now = clock.now()
    lives = Lives(
        paths, [SessionSpan(name=f"work-{number}", began=now, ended=now) for number in range(KEPT + 50)]
    )

    lives.forget({"work-7"})

    assert len(lives.all) == KEPT + 1
    assert lives.all[0].name == "work-7"


def test_an_order_that_is_none_changes_nothing(paths):
    paths.control.mkdir()
    (paths.control / outboxes.ORDER).write_text('{"do":')

    assert not Lives(paths, []).look()
