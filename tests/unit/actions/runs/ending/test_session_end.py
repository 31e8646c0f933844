import pytest

from nab.actions.runs.ending import session_end
from nab.core.facts import SessionEnding
from support.worlds.following import RUN, Following


@pytest.fixture
def following(tmp_path):
    return Following(tmp_path)


def test_a_box_that_ended_leaves_no_session_open(following):
    following.looking.look()

    session_end.close_with_its_box(following.bench, RUN)
    session_end.close_with_its_box(following.bench, RUN)

    (ended,) = following.facts("session.ended")
    assert (ended.ending, ended.exit_code) == (SessionEnding.KILLED, None)


def test_a_session_that_its_box_says_has_ended_is_classed_by_what_it_printed(following):
    following.looking.look()
    following.ends("work-1", "basic")

    session_end.close_with_its_box(following.bench, RUN)

    (ended,) = following.facts("session.ended")
    assert (ended.ending, ended.exit_code, ended.calls) == (SessionEnding.DONE, 0, 3)


def test_where_no_session_is_open_none_is_closed(following):
    session_end.close_with_its_box(following.bench, RUN)

    assert following.facts("session.ended") == []
