import pytest

from nab.actions.runs import tracks
from nab.core.errors import NabError
from nab.core.levels import Level
from support.repository.benches import bench_on

SEALED = {"cut": "c" * 64, "first": 101, "last": 250, "opened": None}


@pytest.fixture
def serving(monkeypatch):
    def serve(found):
        monkeypatch.setattr(tracks.remote, "replay", lambda _: found)

    return serve


@pytest.mark.parametrize(
    ("track", "level", "said"), [("reply", Level.L3, "no track"), ("replay", Level.L4, "L4")]
)
def test_a_track_that_there_is_not_and_a_level_without_an_artifact_are_refused(track, level, said):
    with pytest.raises(NabError, match=said):
        tracks.refuse(track, level)


def test_a_run_on_the_replay_track_has_the_hash_of_what_is_served(tmp_path, serving):
    serving(SEALED)

    assert tracks.cut(bench_on(tmp_path), "replay") == "c" * 64


@pytest.mark.parametrize(
    ("served", "track", "said"),
    [
        (None, "replay", "serves no cut dataset"),
        (SEALED, "", "serves a dataset that is cut"),
        ({**SEALED, "opened": 1401}, "replay", "the sealed eras are opened"),
    ],
)
def test_a_run_on_another_track_than_what_is_served_is_refused(tmp_path, serving, served, track, said):
    serving(served)

    with pytest.raises(NabError, match=said):
        tracks.cut(bench_on(tmp_path), track)


def test_a_live_run_needs_no_tournament_to_say_that_nothing_is_cut(tmp_path, serving):
    serving(None)
    assert tracks.cut(bench_on(tmp_path), "") == ""


def test_the_replay_track_is_not_played_on_the_live_tournament(tmp_path):
    bench = bench_on(tmp_path, '[tournament]\nkind = "live"\n')

    assert tracks.cut(bench, "") == ""
    with pytest.raises(NabError, match="local tournament alone"):
        tracks.cut(bench, "replay")
