"""What the engine says of a box, as a decision takes it."""

import pytest
from msgspec import structs

from nab.actions.windows import situation
from nab.actions.windows.situation import Boxes
from nab.core.levels import Level
from nab.core.windows.duties import BoxState
from support.records.logs import RUN, WHO, enrolled, intended
from support.repository.benches import bench_on


def seen(folder, states, level=Level.L3, disk="watched"):
    bench = bench_on(folder)
    bench.log.append(structs.replace(intended(level=level), disk=disk), entrant=WHO, run=RUN)
    bench.log.append(enrolled(level=level), entrant=WHO, run=RUN)
    return situation.box_of(bench, bench.standings().enrolments[WHO], Boxes(states))


@pytest.mark.parametrize("state", [BoxState.AWAKE, BoxState.PAUSED, BoxState.STOPPED])
def test_a_box_that_is_there_is_what_the_engine_says(tmp_path, state):
    assert seen(tmp_path, {RUN: state}) is state


def test_a_box_that_is_gone_and_is_made_again_to_fire_counts_as_stopped(tmp_path):
    assert seen(tmp_path, {}) is BoxState.STOPPED


def test_a_box_that_held_more_than_its_disk_is_gone(tmp_path):
    assert seen(tmp_path, {}, disk="") is BoxState.GONE


def test_the_box_of_an_agent_that_submits_by_itself_is_gone(tmp_path):
    assert seen(tmp_path, {}, level=Level.L4) is BoxState.GONE
