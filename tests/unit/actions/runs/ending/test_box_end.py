import pytest

from nab.actions.runs.ending import box_end, run_end
from nab.core.facts import Cause, RunEnding
from nab.core.runs.ending.next_session import Over
from nab.core.runs.ending.responsibility import GONE
from support.worlds.following import RUN, Following

DONE = Over(RunEnding.FINISHED, Cause.AGENT, "as it said")


@pytest.fixture
def following(tmp_path):
    return Following(tmp_path)


def test_a_box_is_told_to_end_once_its_submit_sh_was_looked_at(following, capsys):
    checked = box_end.order(following.bench, following.looking.run, DONE)

    assert following.facts("script.checked") == [checked]
    assert following.order == {"do": "end", "exit_code": 0}
    assert "submit.sh: missing" in capsys.readouterr().out


def test_a_submit_sh_that_was_looked_at_is_not_looked_at_again(following, capsys):
    box_end.order(following.bench, following.looking.run, DONE)
    capsys.readouterr()

    assert box_end.order(following.bench, run_end.newest(following.bench, RUN), DONE) is None
    assert capsys.readouterr().out == ""


def test_a_box_that_is_gone_is_written_down_after_the_end_of_its_session(following):
    following.looking.look()

    assert box_end.note_loss(following.bench, run_end.newest(following.bench, RUN))

    assert [event.kind for event in following.bench.log.events()][-2:] == ["session.ended", "box.ended"]
    (lost,) = following.facts("box.ended")
    assert (lost.cause, lost.reason) == (Cause.HARNESS, GONE)
