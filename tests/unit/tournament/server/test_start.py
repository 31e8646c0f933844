"""What a tournament is started with, where the command line leaves it to the place and the preset."""

from pathlib import Path

import pytest

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
