import pytest

from nab.core import levels
from nab.core.errors import NabError
from nab.core.levels import Level, Shares, Submits


def test_an_agent_in_a_forever_loop_submits_by_itself_in_its_slices_and_without_a_limit():
    row = levels.row(Level.L4)

    assert (row.submits, row.shares) == (Submits.BY_AGENT, Shares.SLICED)
    assert (row.limited, row.endless, row.keeps_notes) == (False, True, True)


@pytest.mark.parametrize("level", [Level.L1, Level.L2, Level.L3])
def test_any_other_agent_works_to_its_limit_with_the_machine_to_itself_and_leaves_the_submitting_to_us(level):
    row = levels.row(level)

    assert (row.submits, row.shares) == (Submits.BY_SCHEDULER, Shares.EXCLUSIVE)
    assert (row.limited, row.endless, row.keeps_notes) == (True, False, False)


def test_programs_of_ours_run_at_the_autonomous_level_alone():
    assert [levels.title(level) for level in levels.of_controls()] == ["autonomous"]


@pytest.mark.parametrize("level", Level)
def test_what_is_asked_most_is_answered_from_the_row(level):
    row = levels.row(level)

    assert (levels.title(level), levels.submits(level), levels.shares(level)) == (
        row.title,
        row.submits,
        row.shares,
    )


def test_levels_are_written_as_a_choice():
    assert levels.either([Level.L1, Level.L2, Level.L3]) == "L1, L2 or L3"
    assert levels.either([Level.L4]) == "L4"


def test_no_level_is_made_of_what_is_not_one():
    assert levels.parse("L2") is levels.parse("l2") is Level.L2
    with pytest.raises(NabError, match="no level 'L9'"):
        levels.parse("L9")
