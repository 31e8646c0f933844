from datetime import UTC, datetime

import pytest

from nab.core.errors import NabError
from nab.core.levels import Level
from nab.core.text.names import agent_and_level, entrant_name, run_name
from nab.core.text.tables import table


def test_an_entrant_is_an_agent_at_a_level():
    assert entrant_name("codex", Level.L4) == "codex-l4"


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("agent", ["codex", "my_agent2"])
def test_the_name_of_an_entrant_stands_for_its_agent_and_level(agent, level):
    assert agent_and_level("", "", entrant_name(agent, level)) == (agent, level.value)


def test_agent_and_level_are_taken_as_they_are_given():
    assert agent_and_level("codex", "l9", "") == ("codex", "l9")


@pytest.mark.parametrize(
    "name", ["codex", "codex-L4", "-l4", "codex-l4-l4", "codex-l44", "../x-l4", "codex-l4\n"]
)
def test_what_is_no_entrants_name_is_refused(name):
    with pytest.raises(NabError, match="no entrant"):
        agent_and_level("", "", name)


@pytest.mark.parametrize("given", [("codex", ""), ("", "L4")])
def test_an_entrant_twice_over_is_refused(given):
    with pytest.raises(NabError, match="--entrant stands for --agent and --level"):
        agent_and_level(*given, "codex-l4")


def test_a_run_is_named_by_its_start_in_utc():
    assert run_name("codex-l4", datetime(2026, 5, 16, 13, 2, 7, tzinfo=UTC)) == "2026-05-16T130207Z-codex-l4"


def test_a_table_lines_its_columns_up_and_ends_no_line_in_blanks():
    text = table(("a", "title"), [("longer", "x"), ("y", "")])

    assert text.splitlines() == ["a       title", "longer  x", "y"]
