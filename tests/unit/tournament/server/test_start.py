"""What a tournament is started with, where the command line leaves it to the place and the preset."""

from pathlib import Path

import pytest

from nab.config import Replay
from nab.core.errors import NabError
from nab.tournament.rounds.pace import DAY, Pace
from nab.tournament.server import start
from nab.tournament.server.place import Place

PLACE = Place(Path("here"), 8790, ("ours",))
NOTHING = {
    **dict.fromkeys(Pace.__struct_fields__), "preset": "fast",
    "port": None, "size": "tiny", "seed": 1, "models": (), "scopes": (), "rate_limits": None, "faults": (),
    "refuse_stale_ids": False,
}  # fmt: skip


def test_what_is_not_said_is_that_of_the_place():
    made = start.options(PLACE, NOTHING)

    assert (made.root, made.port, made.models) == (Path("here"), 8790, ("ours",))


def test_what_is_said_takes_its_place():
    made = start.options(PLACE, {**NOTHING, "port": 0, "models": ("mine",), "refuse_stale_ids": True})

    assert (made.port, made.models, made.refuses_stale_ids) == (0, ("mine",), True)


@pytest.mark.parametrize(
    ("preset", "pace"),
    [
        ("fast", Pace()),
        ("live", Pace(preset="live")),
        ("bot", Pace(preset="bot", rounds_every=366 * DAY, window=365 * DAY, scoring_day=DAY)),
    ],
)
def test_every_preset_has_a_pace_of_its_own(preset, pace):
    assert start.options(PLACE, {**NOTHING, "preset": preset}).pace == pace


def test_a_pace_that_is_said_counts_before_that_of_the_preset():
    made = start.options(PLACE, {**NOTHING, "preset": "bot", "scoring_day": 5.0})

    assert (made.pace.scoring_day, made.pace.window) == (5.0, 365 * DAY)


REPLAY = {**NOTHING, "track": "replay", "size": None, "sealed": None, "dataset": None}


def test_the_replay_track_is_as_nab_toml_says_and_its_windows_wait():
    place = Place(Path("here"), 8790, ("ours",), Replay(dataset="/data/v5.3", sealed=120))
    made = start.options(place, REPLAY)

    assert (made.sealed, made.dataset, made.size, made.pace.preset) == (
        120,
        Path("/data/v5.3"),
        "tiny",
        "bot",
    )


def test_what_is_said_of_the_replay_track_takes_its_place():
    made = start.options(PLACE, {**REPLAY, "sealed": 20, "dataset": Path("there"), "size": "demo"})

    assert (made.sealed, made.dataset, made.size) == (20, Path("there"), "demo")


def test_without_the_replay_track_nothing_is_sealed_and_its_options_are_refused():
    assert start.options(PLACE, NOTHING).sealed == 0
    with pytest.raises(NabError, match="--sealed is for the replay track"):
        start.options(PLACE, {**NOTHING, "sealed": 20})
