"""The replay track with real boxes, from the cut to the look.

Two runs and 40 firings: three minutes on a quiet machine, and seven on a busy one.
"""

import json

import pytest

SEALED = 20
pytestmark = [
    pytest.mark.pace("--track", "replay", "--sealed", str(SEALED)),
    pytest.mark.timeout(1200),
]


def done(world, script, *options):
    said = world.script(script, *options)
    assert said.returncode == 0, said.stderr
    return said.stdout


def replay(world, *options):
    return done(world, "replay.py", *options)


@pytest.fixture
def replayed(world):
    """Two runs that were developed on the cut that the world's tournament serves."""
    for agent in ("baseline", "random"):
        done(world, "launch.py", "--agent", agent, "--level", "L3", "--track", "replay")
    return world


def test_two_artifacts_are_fired_on_every_sealed_era_and_compared_once(replayed):
    for entrant in ("baseline-l3", "random-l3"):
        replay(replayed, "--entrant", entrant)
    said = replay(replayed, "--look")
    told = json.loads(replay(replayed, "--json"))

    assert [one["missed"] for one in told["fired"]] == [{}, {}]
    assert [len(one["eras"]) for one in told["fired"]] == [SEALED, SEALED]
    assert [one["leaks"] for one in told["fired"]] == [[], []]
    assert "baseline-l3" in said and "random-l3" in said
    assert (len(told["families"]), len(told["looks"])) == (1, 1)
    assert replayed.bench.standings().enrolments == {}

    again = replayed.script("replay.py", "--look")
    assert again.returncode == 2 and "a pair has one look" in again.stderr
    once = replayed.script("replay.py", "--entrant", "baseline-l3")
    assert once.returncode == 2 and "was fired on these sealed eras" in once.stderr


def test_a_live_run_is_refused_where_a_cut_is_served(world):
    said = world.script("launch.py", "--agent", "random", "--level", "L3")

    assert said.returncode == 2
    assert "serves a dataset that is cut" in said.stderr
