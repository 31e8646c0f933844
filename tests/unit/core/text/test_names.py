from datetime import UTC, datetime

import pytest

from nab.core.errors import NabError
from nab.core.levels import Level
from nab.core.text.names import Choice, choice, entrant_name, run_name
from nab.core.text.tables import table


def test_an_entrant_is_an_agent_at_a_level():
    assert entrant_name("codex", Level.L4) == "codex-l4"


def test_one_of_several_such_entrants_has_its_replica_in_its_name():
    assert entrant_name("codex", Level.L4, "b") == "codex-l4-b"


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("agent", ["codex", "my_agent2"])
@pytest.mark.parametrize("replica", ["", "b", "2", "l4", "abcdefg8"])
def test_the_name_of_an_entrant_stands_for_its_agent_level_and_replica(agent, level, replica):
    assert choice(Choice("", ""), entrant_name(agent, level, replica)) == (agent, level.value, replica)


@pytest.mark.parametrize("replica", ["B", "a-b", "a_b", "b\n", "../b", " ", "abcdefghi", "ä"])
def test_what_is_no_replicas_name_is_refused(replica):
    with pytest.raises(NabError, match="not a valid name for a replica") as raised:
        entrant_name("codex", Level.L4, replica)

    assert (raised.value.exit_code, raised.value.hint) == (2, "a-z and 0-9, eight at most: b")


def test_a_choice_is_taken_as_it_is_given():
    assert choice(Choice("codex", "l9", "b"), "") == ("codex", "l9", "b")


def test_a_choice_is_written_as_make_takes_it():
    assert Choice("codex", "L4").words == "AGENT=codex LEVEL=L4"
    assert Choice("codex", "L4", "b").words == "AGENT=codex LEVEL=L4 REPLICA=b"


@pytest.mark.parametrize(
    "name",
    [
        "codex",
        "codex-L4",
        "-l4",
        "codex-l4-",
        "codex-l4-B",
        "codex-l4-b-c",
        "codex-l44",
        "../x-l4",
        "codex-l4\n",
    ],
)
def test_what_is_no_entrants_name_is_refused(name):
    with pytest.raises(NabError, match="no entrant"):
        choice(Choice("", ""), name)


@pytest.mark.parametrize("given", [Choice("codex", ""), Choice("", "L4"), Choice("", "", "b")])
def test_an_entrant_twice_over_is_refused(given):
    with pytest.raises(NabError, match="--entrant stands for --agent, --level and --replica"):
        choice(given, "codex-l4")


def test_a_run_is_named_by_its_start_in_utc():
    assert run_name("codex-l4", datetime(2026, 5, 16, 13, 2, 7, tzinfo=UTC)) == "2026-05-16T130207Z-codex-l4"


def test_a_table_lines_its_columns_up_and_ends_no_line_in_blanks():
    text = table(("a", "title"), [("longer", "x"), ("y", "")])

    assert text.splitlines() == ["a       title", "longer  x", "y"]
