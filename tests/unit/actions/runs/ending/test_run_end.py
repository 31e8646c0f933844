from nab.actions.runs.ending import run_end
from support.worlds.following import RUN, Following


def test_a_run_that_lost_its_box_goes_on_and_is_settled_only_once(tmp_path):
    following = Following(tmp_path)
    following.looking.look()

    assert run_end.settle(following.bench, RUN)
    settled = following.bench.log.events()
    assert run_end.settle(following.bench, RUN)

    assert following.bench.log.events() == settled
    assert [event.kind for event in settled][-2:] == ["session.ended", "box.ended"]
