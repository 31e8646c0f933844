import pytest
from hypothesis import given
from hypothesis import strategies as st

from nab.core.runs.capacity import Capacity, larger_than, of_box

SHARE = Capacity(0, 0)
WORKSTATION = Capacity(20, 62.67)


@pytest.mark.parametrize(
    ("machine", "slots", "gets"),
    [
        (WORKSTATION, 1, Capacity(19, 56)),
        (WORKSTATION, 2, Capacity(9, 28)),
        (Capacity(4, 15.6), 1, Capacity(4, 13)),
        (Capacity(2, 24), 3, Capacity(1, 7)),
        (Capacity(1, 2.9), 1, Capacity(1, 1)),
        (Capacity(1, 0.9), 1, Capacity(1, 0.9)),
    ],
    ids=["a workstation", "in two slots", "four CPUs stay whole", "more slots than CPUs", "small", "tiny"],
)
def test_a_box_gets_an_equal_share_of_what_the_harness_leaves(machine, slots, gets):
    assert of_box(SHARE, machine, slots) == gets


def test_what_is_asked_for_is_given_as_far_as_the_machine_has_it():
    assert of_box(Capacity(2, 8), WORKSTATION, 3) == Capacity(2, 8)
    assert of_box(Capacity(2, 8), Capacity(1, 3.84), 1) == Capacity(1, 3.84)
    assert of_box(Capacity(0, 8), WORKSTATION, 1) == Capacity(19, 8)


@given(
    st.builds(Capacity, st.floats(0, 999), st.floats(0, 9999)),
    st.builds(Capacity, st.integers(1, 999), st.floats(0.5, 9999)),
    st.integers(1, 20),
)
def test_no_box_is_promised_nothing_or_more_than_there_is(asked, machine, slots):
    gets = of_box(asked, machine, slots)

    assert 0 < gets.cpus <= machine.cpus
    assert 0 < gets.memory_gib <= machine.memory_gib


def test_what_the_machine_does_not_have_is_named():
    assert larger_than(Capacity(2, 64), Capacity(1, 3.84)) == (
        "limits.cpus = 2 and limits.memory_gib = 64: more than this machine has (1 CPU and 3.84 GiB)"
    )
    assert larger_than(Capacity(1, 2), Capacity(1, 3.84)) == larger_than(SHARE, Capacity(1, 3.84)) == ""
