"""A small campaign of kills; make chaos-runs is a large one."""

import random

import pytest

from support.programs.chaos_runs import AGENTS, DOES, Campaign
from support.worlds.tiny import tiny_world

pytestmark = pytest.mark.timeout(900)


def test_whoever_is_killed_whenever_no_run_is_lost_or_started_twice_and_none_is_beside_another():
    with tiny_world(dict.fromkeys(AGENTS, DOES), levels=("L3",)) as world:
        tally = Campaign(world, kills=25, runs=5, chance=random.Random(7), say=print).run()

        assert tally.is_clean, tally
        assert tally.runs >= 5 and tally.kills.total() >= 25
