from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.upkeep.disks import GIB
from nab.core.upkeep.gc import ORDER, Ages, Item, ItemKind, Wish, may_go, rank
from support.records.logs import NOON

AGES = Ages(compress=2, bodies=90, workspace=30)
LOSES_NOTHING = {ItemKind.DERIVED, ItemKind.RECORD}


@pytest.mark.parametrize(
    ("days", "submits", "kinds"),
    [
        (0, False, set()),
        (2, False, LOSES_NOTHING),
        (30, False, LOSES_NOTHING | {ItemKind.WORKSPACE}),
        (90, False, LOSES_NOTHING | {ItemKind.WORKSPACE, ItemKind.BODIES}),
        (9999, True, LOSES_NOTHING),
    ],
    ids=["just ended", "two days", "a month", "three months", "its box still submits"],
)
def test_what_of_a_run_may_go_is_a_matter_of_its_age_and_of_what_its_box_is_for(days, submits, kinds):
    assert set(may_go(NOON, NOON + timedelta(days=days), AGES, submits=submits)) == kinds


def test_of_a_run_that_goes_on_nothing_may_go():
    assert not may_go(None, NOON + timedelta(days=9999), AGES, submits=False)


@given(st.floats(0, 400), st.booleans(), st.builds(Ages, *[st.floats(0, 200)] * 3))
def test_what_may_go_once_may_go_for_ever_and_never_more_while_the_box_submits(days, submits, ages):
    then, later = NOON + timedelta(days=days), NOON + timedelta(days=days + 1)
    now = set(may_go(NOON, then, ages, submits=submits))

    assert now <= set(may_go(NOON, later, ages, submits=submits))
    assert set(may_go(NOON, then, ages, submits=True)) <= LOSES_NOTHING


def test_what_can_be_made_again_goes_before_what_is_lost_and_the_workspace_goes_last():
    items = [Item(kind, "", size) for kind in reversed(ORDER) for size in (1, 2)]
    ranked = sorted(items, key=rank)

    assert [item.kind for item in ranked[::2]] == list(ORDER)
    assert [item.bytes for item in ranked if item.kind is ItemKind.BODIES] == [2, 1]
    lost = {ItemKind.BODIES, ItemKind.WORKSPACE}
    assert {item.kind for item in ranked[-4:]} == lost


@pytest.mark.parametrize(
    ("wish", "goal"),
    [
        (Wish(), None),
        (Wish(budget_gib=10), 2 * GIB),
        (Wish(budget_gib=20), 0),
        (Wish(free_gib=7), 3 * GIB),
        (Wish(budget_gib=10, free_gib=7), 3 * GIB),
    ],
)
def test_a_wish_is_so_many_bytes_to_win(wish, goal):
    assert wish.bytes(used=12 * GIB, free=4 * GIB) == goal
